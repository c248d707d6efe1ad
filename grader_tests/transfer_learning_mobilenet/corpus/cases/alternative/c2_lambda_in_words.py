"""
title = "arithmetic in a Lambda layer"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "x = preprocess_input(x)"
new = "x = tf.keras.layers.Lambda(lambda pictures: pictures / 127.5 - 1.0)(x)"
"""
