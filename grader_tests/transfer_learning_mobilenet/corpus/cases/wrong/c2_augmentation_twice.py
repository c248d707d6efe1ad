"""
title = "augments twice"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 44, fine_tuning = 30 }
fails = ["alpaca_model.augmentation_first"]
message = ["once"]

[[edit]]
cell = "alpaca_model"
old = "x = data_augmentation(inputs)"
new = '''x = data_augmentation(inputs)
    x = data_augmenter()(x)'''
"""
