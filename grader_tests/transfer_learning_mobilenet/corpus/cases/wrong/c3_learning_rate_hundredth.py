"""
title = "a hundredth instead of a tenth"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 27 }
fails = ["fine_tuning.learning_rate"]
message = ["learning rate"]

[[edit]]
cell = "fine_tuning"
old = "0.1 *"
new = "0.01 *"
"""
