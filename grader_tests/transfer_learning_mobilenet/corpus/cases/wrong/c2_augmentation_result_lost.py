"""
title = "calls the augmentation and drops what it returns"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 44, fine_tuning = 30 }
fails = ["alpaca_model.augmentation_first"]
advisories = ["alpaca_model.uses_argument"]
message = ["augment"]

[[edit]]
cell = "alpaca_model"
old = "x = data_augmentation(inputs)"
new = '''data_augmentation(inputs)
    x = inputs'''
"""
