"""
title = "the factor worked out from degrees"
kind = "alternative"
fails = []

[[edit]]
cell = "data_augmenter"
old = "RandomRotation(0.2)"
new = "RandomRotation(factor=72 / 360)"
"""
