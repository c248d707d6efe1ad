"""
title = "(x - 127.5) / 127.5"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []

[[edit]]
cell = "alpaca_model"
old = "x = preprocess_input(x)"
new = "x = (x - 127.5) * (1 / 127.5)"
"""
