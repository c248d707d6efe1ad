"""
title = "leaves the learning rate at its default"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 27 }
fails = ["fine_tuning.learning_rate"]
message = ["learning rate"]

[[edit]]
cell = "fine_tuning"
old = "learning_rate=0.1 * base_learning_rate"
new = ""
"""
