"""
title = "a seed in the dropout"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []

[[edit]]
cell = "alpaca_model"
old = "Dropout(0.2)"
new = "Dropout(0.2, seed=7)"
"""
