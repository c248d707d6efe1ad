"""
title = "a Rescaling layer with the same effect"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "x = preprocess_input(x)"
new = "x = tf.keras.layers.Rescaling(1.0 / 127.5, offset=-1)(x)"
"""
