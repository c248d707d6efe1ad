"""
title = "noise is added to the answer in training"
kind = "hostile"
fails = ["alpaca_model.layer_order"]
honest = { fails = ["alpaca_model.layer_order"] }

[[edit]]
cell = "alpaca_model"
old = "outputs = tf.keras.layers.Dense(1)(x)"
new = "outputs = tf.keras.layers.GaussianNoise(1.0)(tf.keras.layers.Dense(1)(x))"
"""
