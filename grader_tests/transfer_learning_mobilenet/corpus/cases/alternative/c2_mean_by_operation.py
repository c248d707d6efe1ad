"""
title = "the average as an operation"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "tf.keras.layers.GlobalAveragePooling2D()(x)"
new = "tf.keras.ops.mean(x, axis=(1, 2))"
"""
