"""
title = "sets trainable = True in the freeze loop"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 22 }
fails = ["fine_tuning.frozen_below"]
message = ["instead of freezing"]

[[edit]]
cell = "fine_tuning"
old = "layer.trainable = False"
new = "layer.trainable = True"
"""
