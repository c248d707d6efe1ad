"""
title = "the return statement is missing"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 0, fine_tuning = 0 }
fails = ["alpaca_model.input_shape"]
message = ["return"]

[[edit]]
cell = "alpaca_model"
old = "return tf.keras.Model(inputs, outputs)"
new = "tf.keras.Model(inputs, outputs)"
"""
