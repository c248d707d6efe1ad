"""
title = "applies the augmenter's layers one by one"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []

[[edit]]
cell = "alpaca_model"
old = "x = data_augmentation(inputs)"
new = '''x = inputs
    for layer in data_augmentation.layers:
        x = layer(x)'''
"""
