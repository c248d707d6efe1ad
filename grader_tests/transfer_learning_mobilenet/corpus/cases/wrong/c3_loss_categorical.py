"""
title = "categorical cross-entropy for one output"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 26 }
fails = ["fine_tuning.loss"]
message = ["binary"]

[[edit]]
cell = "fine_tuning"
old = "BinaryCrossentropy"
new = "CategoricalCrossentropy"
"""
