"""
title = "writes 120 as a number"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []

[[edit]]
cell = "fine_tuning"
old = "[:fine_tune_at]"
new = "[:120]"
"""
