"""
title = "the rotation is missing"
kind = "wrong"
points = { data_augmenter = 12, alpaca_model = 50, fine_tuning = 30 }
fails = ["data_augmenter.layers"]
message = ["RandomRotation is missing"]

[[edit]]
cell = "data_augmenter"
old = "augmentation.add(RandomRotation(0.2))"
new = ""
"""
