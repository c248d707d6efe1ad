"""
title = "pixels are scaled and rounded to a few steps"
kind = "hostile"
fails = ["alpaca_model.preprocessing"]
undecided = ["alpaca_model.layer_order"]
honest = { fails = ["alpaca_model.preprocessing"], undecided = ["alpaca_model.layer_order"] }

[[edit]]
cell = "alpaca_model"
old = "x = preprocess_input(x)"
new = "x = tf.keras.ops.round(preprocess_input(x) * 4.0) / 4.0"
"""
