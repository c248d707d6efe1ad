"""
title = "layers with names of the student's own"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
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
