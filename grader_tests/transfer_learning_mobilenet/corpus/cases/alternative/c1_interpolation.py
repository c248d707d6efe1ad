"""
title = "another interpolation and a fill value"
kind = "alternative"
fails = []

[[edit]]
cell = "data_augmenter"
old = "RandomRotation(0.2)"
new = 'RandomRotation(0.2, interpolation="nearest", fill_mode="constant", fill_value=0.0)'
"""
