"""
title = "seeds in both layers"
kind = "alternative"
fails = []

[[edit]]
cell = "data_augmenter"
old = 'RandomFlip("horizontal")'
new = 'RandomFlip("horizontal", seed=42)'

[[edit]]
cell = "data_augmenter"
old = "RandomRotation(0.2)"
new = "RandomRotation(0.2, seed=42)"
"""
