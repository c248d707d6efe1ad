"""
title = "pools locally (2 × 2) and flattens"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 44, fine_tuning = 30 }
fails = ["alpaca_model.pooling"]
message = ["not the average"]

[[edit]]
cell = "alpaca_model"
old = "x = tf.keras.layers.GlobalAveragePooling2D()(x)"
new = "x = tf.keras.layers.Flatten()(tf.keras.layers.AveragePooling2D(2)(x))"
"""
