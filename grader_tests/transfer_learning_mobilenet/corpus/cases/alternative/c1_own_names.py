"""
title = "layers with names of the student's own"
kind = "alternative"
fails = []

[[edit]]
cell = "data_augmenter"
old = 'RandomFlip("horizontal")'
new = 'RandomFlip("horizontal", name="espejo")'

[[edit]]
cell = "data_augmenter"
old = "RandomRotation(0.2)"
new = 'RandomRotation(0.2, name="giro")'
"""
