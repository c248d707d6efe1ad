"""
title = "gives training by position, which Keras 3 refuses"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 0, fine_tuning = 0 }
fails = ["alpaca_model.inference_mode", "alpaca_model.input_shape"]
message = ["training="]

[[edit]]
cell = "alpaca_model"
old = "base_model(x, training=False)"
new = "base_model(x, False)"
"""
