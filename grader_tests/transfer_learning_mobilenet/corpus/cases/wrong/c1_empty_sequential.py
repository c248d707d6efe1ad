"""
title = "a Sequential without layers"
kind = "wrong"
points = { data_augmenter = 4, alpaca_model = 50, fine_tuning = 0 }
fails = ["data_augmenter.layers", "data_augmenter.keeps_shape"]
message = ["no layers"]

[[edit]]
cell = "data_augmenter"
old = 'augmentation.add(RandomFlip("horizontal"))'
new = ""

[[edit]]
cell = "data_augmenter"
old = "augmentation.add(RandomRotation(0.2))"
new = ""
"""
