"""
title = "applies the augmenter's layers one by one"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "x = data_augmentation(inputs)"
new = '''
x = inputs
    for layer in data_augmentation.layers:
        x = layer(x)'''
"""
