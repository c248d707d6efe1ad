"""
title = "the factor as a fraction"
kind = "alternative"
fails = []

[[edit]]
cell = "data_augmenter"
old = "RandomRotation(0.2)"
new = "RandomRotation(1 / 5)"
"""
