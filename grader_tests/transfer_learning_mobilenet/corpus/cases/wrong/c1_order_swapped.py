"""
title = "rotates first and flips then"
kind = "wrong"
points = { data_augmenter = 16, alpaca_model = 50, fine_tuning = 30 }
fails = ["data_augmenter.layers"]
message = ["order"]

[[edit]]
cell = "data_augmenter"
old = 'augmentation.add(RandomFlip("horizontal"))'
new = "# first the rotation"

[[edit]]
cell = "data_augmenter"
old = "augmentation.add(RandomRotation(0.2))"
new = '''augmentation.add(RandomRotation(0.2))
    augmentation.add(RandomFlip("horizontal"))'''
"""
