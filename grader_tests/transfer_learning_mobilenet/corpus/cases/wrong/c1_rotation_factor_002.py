"""
title = "a tenth of the range asked for"
kind = "wrong"
points = { data_augmenter = 16, alpaca_model = 50, fine_tuning = 30 }
fails = ["data_augmenter.rotation_range"]
message = ["turn"]

[[edit]]
cell = "data_augmenter"
old = "0.2"
new = "0.02"
"""
