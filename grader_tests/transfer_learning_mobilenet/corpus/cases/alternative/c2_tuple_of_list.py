"""
title = "a shape put together from parts"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []

[[edit]]
cell = "alpaca_model"
old = "image_shape + (3,)"
new = "tuple(list(image_shape) + [3])"
"""
