"""
title = "the backbone's own pooling, set to the maximum"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 44, fine_tuning = 30 }
fails = ["alpaca_model.pooling"]
message = ["max"]

[[edit]]
cell = "alpaca_model"
old = 'weights="imagenet"'
new = 'weights="imagenet", pooling="max"'

[[edit]]
cell = "alpaca_model"
old = "x = tf.keras.layers.GlobalAveragePooling2D()(x)"
new = ""
"""
