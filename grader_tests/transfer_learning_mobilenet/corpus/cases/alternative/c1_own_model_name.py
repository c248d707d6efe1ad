"""
title = "a Sequential with a name"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []

[[edit]]
cell = "data_augmenter"
old = "Sequential()"
new = 'Sequential(name="augmentation")'
"""
