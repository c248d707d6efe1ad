"""
title = "the number itself"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = "0.1 * base_learning_rate"
new = "1e-4"
"""
