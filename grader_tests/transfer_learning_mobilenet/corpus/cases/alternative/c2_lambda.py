"""
title = "preprocess_input in a Lambda layer"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []

[[edit]]
cell = "alpaca_model"
old = "x = preprocess_input(x)"
new = "x = tf.keras.layers.Lambda(preprocess_input)(x)"
"""
