"""
title = "a Rescaling layer with the same effect"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []

[[edit]]
cell = "alpaca_model"
old = "x = preprocess_input(x)"
new = "x = tf.keras.layers.Rescaling(1.0 / 127.5, offset=-1)(x)"
"""
