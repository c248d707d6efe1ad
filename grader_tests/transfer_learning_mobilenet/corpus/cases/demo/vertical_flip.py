"""
title = "one thing wrong in exercise 1: flips upside down"
kind = "demo"
points = { data_augmenter = 16, alpaca_model = 50, fine_tuning = 30 }
fails = ["data_augmenter.horizontal_flip"]
message = ["vertical"]
state = "graded"

[[edit]]
cell = "data_augmenter"
old = '"horizontal"'
new = '"vertical"'
"""
