"""
title = "the loss as a function"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = "tf.keras.losses.BinaryCrossentropy(from_logits=True)"
new = "lambda y_true, y_pred: tf.keras.losses.binary_crossentropy(y_true, y_pred, from_logits=True)"
"""
