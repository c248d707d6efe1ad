"""
title = "leaves the input's size open"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 46, fine_tuning = 30 }
fails = ["alpaca_model.input_shape"]
message = ["image_shape"]

[[edit]]
cell = "alpaca_model"
old = "Input(shape=input_shape)"
new = "Input(shape=(None, None, 3))"
"""
