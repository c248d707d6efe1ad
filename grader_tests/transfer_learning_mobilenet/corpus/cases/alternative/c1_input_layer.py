"""
title = "an Input layer without sizes first"
kind = "alternative"
fails = []

[[edit]]
cell = "data_augmenter"
old = "tf.keras.Sequential()"
new = "tf.keras.Sequential([tf.keras.Input((None, None, 3))])"
"""
