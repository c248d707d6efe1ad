"""
title = "keywords everywhere"
kind = "alternative"
fails = []

[[edit]]
cell = "data_augmenter"
old = 'RandomFlip("horizontal")'
new = 'RandomFlip(mode="horizontal")'

[[edit]]
cell = "data_augmenter"
old = "RandomRotation(0.2)"
new = "RandomRotation(factor=0.2)"
"""
