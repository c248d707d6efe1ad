"""
title = "calls the backbone with training=True"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 47, fine_tuning = 30 }
fails = ["alpaca_model.inference_mode"]
message = ["training"]

[[edit]]
cell = "alpaca_model"
old = "training=False"
new = "training=True"
"""
