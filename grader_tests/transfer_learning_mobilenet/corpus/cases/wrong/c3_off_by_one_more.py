"""
title = "freezes one layer too many"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 23 }
fails = ["fine_tuning.trainable_above"]
message = ["One layer more"]

[[edit]]
cell = "fine_tuning"
old = "[:fine_tune_at]"
new = "[:fine_tune_at + 1]"
"""
