"""
title = "the rotation's range as a list"
kind = "alternative"
fails = []

[[edit]]
cell = "data_augmenter"
old = "RandomRotation(0.2)"
new = "RandomRotation([-0.2, 0.2])"
"""
