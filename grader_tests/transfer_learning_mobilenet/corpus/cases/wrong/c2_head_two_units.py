"""
title = "two units for two classes"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 42, fine_tuning = 30 }
fails = ["alpaca_model.head"]
message = ["unit"]

[[edit]]
cell = "alpaca_model"
old = "Dense(1)"
new = "Dense(2)"
"""
