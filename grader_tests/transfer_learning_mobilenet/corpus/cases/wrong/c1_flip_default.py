"""
title = "leaves the flip's mode at its default, which is both directions"
kind = "wrong"
points = { data_augmenter = 16, alpaca_model = 50, fine_tuning = 30 }
fails = ["data_augmenter.horizontal_flip"]
message = ["upside down"]

[[edit]]
cell = "data_augmenter"
old = 'RandomFlip("horizontal")'
new = "RandomFlip()"
"""
