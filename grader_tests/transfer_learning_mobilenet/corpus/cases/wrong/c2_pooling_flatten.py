"""
title = "flattens the features instead of pooling them"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 44, fine_tuning = 30 }
fails = ["alpaca_model.pooling"]
message = ["Flatten"]

[[edit]]
cell = "alpaca_model"
old = "GlobalAveragePooling2D"
new = "Flatten"
"""
