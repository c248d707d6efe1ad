"""
title = "a function with an optional argument"
kind = "alternative"
fails = []

[[edit]]
cell = "data_augmenter"
old = "def data_augmenter():"
new = "def data_augmenter(factor=0.2):"

[[edit]]
cell = "data_augmenter"
old = "RandomRotation(0.2)"
new = "RandomRotation(factor)"
"""
