"""
title = "no head: ends with the dropout"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 34, fine_tuning = 28 }
fails = ["alpaca_model.head"]
message = ["No layer with weights"]

[[edit]]
cell = "alpaca_model"
old = "outputs = tf.keras.layers.Dense(1)(x)"
new = "outputs = x"
"""
