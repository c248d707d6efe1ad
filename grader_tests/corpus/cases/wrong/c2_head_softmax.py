"""
title = "two units and a softmax"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 44, fine_tuning = 30 }
fails = ["alpaca_model.head", "alpaca_model.output_shape"]
message = ["unit"]

[[edit]]
cell = "alpaca_model"
old = "Dense(1)"
new = 'Dense(2, activation="softmax")'
"""
