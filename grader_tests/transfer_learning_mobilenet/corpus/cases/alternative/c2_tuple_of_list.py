"""
title = "a shape put together from parts"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "image_shape + (3,)"
new = "tuple(list(image_shape) + [3])"
"""
