"""
title = "fine-tunes from layer 100 on"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 22 }
fails = ["fine_tuning.frozen_below"]
message = ["frozen"]

[[edit]]
cell = "fine_tuning"
old = "[:fine_tune_at]"
new = "[:100]"
"""
