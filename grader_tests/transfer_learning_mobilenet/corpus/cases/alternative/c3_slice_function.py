"""
title = "the layers to freeze by slice()"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []

[[edit]]
cell = "fine_tuning"
old = "base_model.layers[:fine_tune_at]"
new = "base_model.layers[slice(0, fine_tune_at)]"
"""
