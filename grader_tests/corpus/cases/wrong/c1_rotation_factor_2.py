"""
title = "two full turns instead of a fifth of one"
kind = "wrong"
points = { data_augmenter = 16, alpaca_model = 50, fine_tuning = 30 }
fails = ["data_augmenter.rotation_range"]
message = ["turn"]

[[edit]]
cell = "data_augmenter"
old = "0.2"
new = "2.0"
"""
