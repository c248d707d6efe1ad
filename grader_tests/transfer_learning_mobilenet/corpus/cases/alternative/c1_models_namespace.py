"""
title = "tf.keras.models.Sequential"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []

[[edit]]
cell = "data_augmenter"
old = "tf.keras.Sequential"
new = "tf.keras.models.Sequential"
"""
