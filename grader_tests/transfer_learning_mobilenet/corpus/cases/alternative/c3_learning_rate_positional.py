"""
title = "the learning rate by position"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = "learning_rate=0.1 * base_learning_rate"
new = "0.1 * base_learning_rate"
"""
