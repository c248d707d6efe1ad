"""
title = "one thing wrong in exercise 2: the backbone is not frozen"
kind = "demo"
points = { data_augmenter = 20, alpaca_model = 43, fine_tuning = 30 }
fails = ["alpaca_model.frozen_base"]
message = ["frozen"]
state = "graded"

[[edit]]
cell = "alpaca_model"
old = "base_model.trainable = False"
new = "pass"
"""
