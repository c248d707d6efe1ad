"""
title = "the flip is missing"
kind = "wrong"
points = { data_augmenter = 12, alpaca_model = 50, fine_tuning = 30 }
fails = ["data_augmenter.layers"]
message = ["RandomFlip is missing"]

[[edit]]
cell = "data_augmenter"
old = 'augmentation.add(RandomFlip("horizontal"))'
new = ""
"""
