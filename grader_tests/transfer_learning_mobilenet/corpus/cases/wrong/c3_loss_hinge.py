"""
title = "hinge loss"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 26 }
fails = ["fine_tuning.loss"]
message = ["cross"]

[[edit]]
cell = "fine_tuning"
old = "tf.keras.losses.BinaryCrossentropy(from_logits=True)"
new = "tf.keras.losses.Hinge()"
"""
