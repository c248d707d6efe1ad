"""
title = "maps of one number up to the end"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "outputs = tf.keras.layers.Dense(1)(x)"
new = "outputs = tf.keras.layers.Flatten()(tf.keras.layers.Dense(1)(x))"

[[edit]]
cell = "alpaca_model"
old = "GlobalAveragePooling2D()"
new = "GlobalAveragePooling2D(keepdims=True)"
"""
