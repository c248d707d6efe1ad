"""
title = "the learning rate by position"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []

[[edit]]
cell = "fine_tuning"
old = "learning_rate=0.1 * base_learning_rate"
new = "0.1 * base_learning_rate"
"""
