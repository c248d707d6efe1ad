"""
title = "two fifths of one half of the features are dropped"
kind = "hostile"
fails = ["alpaca_model.dropout"]
undecided = ["alpaca_model.layer_order"]
honest = { fails = ["alpaca_model.dropout"], undecided = ["alpaca_model.layer_order"] }

[[edit]]
cell = "alpaca_model"
old = "x = tf.keras.layers.Dropout(0.2)(x)"
new = "x = tf.keras.layers.Concatenate()([tf.keras.layers.Dropout(0.4)(x[:, :640]), x[:, 640:]])"
"""
