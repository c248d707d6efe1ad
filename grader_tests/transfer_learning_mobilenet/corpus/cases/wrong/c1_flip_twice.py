"""
title = "two flips and a rotation"
kind = "wrong"
points = { data_augmenter = 16, alpaca_model = 50, fine_tuning = 30 }
fails = ["data_augmenter.layers"]
message = ["two"]

[[edit]]
cell = "data_augmenter"
old = 'augmentation.add(RandomFlip("horizontal"))'
new = '''augmentation.add(RandomFlip("horizontal"))
    augmentation.add(RandomFlip("horizontal"))'''
"""
