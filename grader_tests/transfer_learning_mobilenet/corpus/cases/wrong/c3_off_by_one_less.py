"""
title = "freezes one layer too few"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 22 }
fails = ["fine_tuning.frozen_below"]
message = ["One layer fewer"]

[[edit]]
cell = "fine_tuning"
old = "[:fine_tune_at]"
new = "[:fine_tune_at - 1]"
"""
