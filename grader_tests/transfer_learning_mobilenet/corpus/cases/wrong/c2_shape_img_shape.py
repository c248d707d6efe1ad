"""
title = "uses the notebook's IMG_SHAPE instead of the argument"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 46, fine_tuning = 30 }
fails = ["alpaca_model.input_shape"]
message = ["image_shape"]

[[edit]]
cell = "alpaca_model"
old = "image_shape + (3,)"
new = "IMG_SHAPE"
"""
