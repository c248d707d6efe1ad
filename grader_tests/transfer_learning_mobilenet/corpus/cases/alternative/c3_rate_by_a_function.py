"""
title = "the rate as a function that gives it"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = "learning_rate=0.1 * base_learning_rate"
new = "learning_rate=lambda: 0.1 * base_learning_rate"
"""
