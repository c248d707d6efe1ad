"""
title = "takes the maximum instead of the mean"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 44, fine_tuning = 30 }
fails = ["alpaca_model.pooling"]
message = ["max"]

[[edit]]
cell = "alpaca_model"
old = "GlobalAveragePooling2D"
new = "GlobalMaxPooling2D"
"""
