"""
title = "calls the backbone without training=False"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 47, fine_tuning = 30 }
fails = ["alpaca_model.inference_mode"]
message = ["training"]

[[edit]]
cell = "alpaca_model"
old = "base_model(x, training=False)"
new = "base_model(x)"
"""
