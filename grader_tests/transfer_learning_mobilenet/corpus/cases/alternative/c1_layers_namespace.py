"""
title = "the layers by their full names"
kind = "alternative"
fails = []

[[edit]]
cell = "data_augmenter"
old = "RandomFlip("
new = "tf.keras.layers.RandomFlip("

[[edit]]
cell = "data_augmenter"
old = "RandomRotation("
new = "tf.keras.layers.RandomRotation("
"""
