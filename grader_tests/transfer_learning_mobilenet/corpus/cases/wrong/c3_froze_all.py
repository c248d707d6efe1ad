"""
title = "freezes every layer"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 23 }
fails = ["fine_tuning.trainable_above"]
message = ["trainable"]

[[edit]]
cell = "fine_tuning"
old = "[:fine_tune_at]"
new = ""
"""
