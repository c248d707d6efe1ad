"""
title = "a fill mode of the student's choice"
kind = "alternative"
fails = []

[[edit]]
cell = "data_augmenter"
old = "RandomRotation(0.2)"
new = 'RandomRotation(0.2, fill_mode="nearest")'
"""
