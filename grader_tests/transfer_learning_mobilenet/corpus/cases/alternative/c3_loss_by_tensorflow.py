"""
title = "the loss by TensorFlow's own function for logits"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = "tf.keras.losses.BinaryCrossentropy(from_logits=True)"
new = "lambda labels, logits: tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.cast(labels, logits.dtype), logits=logits)"
"""
