"""
title = "the loss as a function"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []

[[edit]]
cell = "fine_tuning"
old = "tf.keras.losses.BinaryCrossentropy(from_logits=True)"
new = "lambda y_true, y_pred: tf.keras.losses.binary_crossentropy(y_true, y_pred, from_logits=True)"
"""
