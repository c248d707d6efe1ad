"""
title = "a Rescaling layer for 0…1"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 43, fine_tuning = 30 }
fails = ["alpaca_model.preprocessing"]
message = ["range"]

[[edit]]
cell = "alpaca_model"
old = "x = preprocess_input(x)"
new = "x = tf.keras.layers.Rescaling(1.0 / 255)(x)"
"""
