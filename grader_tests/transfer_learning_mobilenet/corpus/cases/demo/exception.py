"""
title = "an exception in a cell"
kind = "demo"
points = { data_augmenter = 20, alpaca_model = 0, fine_tuning = 0 }
fails = ["alpaca_model.input_shape"]
message = ["NameError"]
state = "graded"

[[edit]]
cell = "alpaca_model"
old = "data_augmentation(inputs)"
new = "data_augmentation(input_image)"
"""
