"""
title = "flips upside down instead of left to right"
kind = "wrong"
points = { data_augmenter = 16, alpaca_model = 50, fine_tuning = 30 }
fails = ["data_augmenter.horizontal_flip"]
message = ["vertical"]

[[edit]]
cell = "data_augmenter"
old = '"horizontal"'
new = '"vertical"'
"""
