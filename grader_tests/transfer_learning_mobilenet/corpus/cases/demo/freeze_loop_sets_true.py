"""
title = "one thing wrong in exercise 3: the loop sets trainable = True"
kind = "demo"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 22 }
fails = ["fine_tuning.frozen_below"]
message = ["freezing"]
state = "graded"

[[edit]]
cell = "fine_tuning"
old = "layer.trainable = False"
new = "layer.trainable = True"
"""
