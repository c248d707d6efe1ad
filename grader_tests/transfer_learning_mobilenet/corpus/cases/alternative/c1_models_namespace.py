"""
title = "tf.keras.models.Sequential"
kind = "alternative"
fails = []

[[edit]]
cell = "data_augmenter"
old = "tf.keras.Sequential"
new = "tf.keras.models.Sequential"
"""
