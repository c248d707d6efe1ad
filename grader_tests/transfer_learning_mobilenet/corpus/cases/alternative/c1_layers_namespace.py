"""
title = "the layers by their full names"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
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
