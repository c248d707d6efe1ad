"""
title = "a tenth by division"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = "0.1 * base_learning_rate"
new = "base_learning_rate / 10"
"""
