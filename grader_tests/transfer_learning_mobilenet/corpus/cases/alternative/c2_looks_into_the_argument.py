"""
title = "makes sure that the augmenter has the layers of exercise 1"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "x = data_augmentation(inputs)"
new = '''
assert isinstance(data_augmentation.layers[1], RandomRotation)
    x = data_augmentation(inputs)'''
"""
