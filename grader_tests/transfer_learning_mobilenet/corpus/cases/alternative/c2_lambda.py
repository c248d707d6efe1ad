"""
title = "preprocess_input in a Lambda layer"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "x = preprocess_input(x)"
new = "x = tf.keras.layers.Lambda(preprocess_input)(x)"
"""
