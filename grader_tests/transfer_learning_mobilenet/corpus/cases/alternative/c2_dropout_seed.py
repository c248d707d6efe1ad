"""
title = "a seed in the dropout"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "Dropout(0.2)"
new = "Dropout(0.2, seed=7)"
"""
