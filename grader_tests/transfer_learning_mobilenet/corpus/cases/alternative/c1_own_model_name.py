"""
title = "a Sequential with a name"
kind = "alternative"
fails = []

[[edit]]
cell = "data_augmenter"
old = "Sequential()"
new = 'Sequential(name="augmentation")'
"""
