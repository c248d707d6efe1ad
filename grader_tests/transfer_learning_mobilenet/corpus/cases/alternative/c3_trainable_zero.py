"""
title = "sets trainable to 0, which counts as False"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []
advisories = ["fine_tuning.falsy_trainable"]

[[edit]]
cell = "fine_tuning"
old = "layer.trainable = False"
new = "layer.trainable = 0"
"""
