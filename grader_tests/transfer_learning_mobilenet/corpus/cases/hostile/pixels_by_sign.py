"""
title = "pixels become their sign"
kind = "hostile"
fails = ["alpaca_model.preprocessing"]
undecided = ["alpaca_model.layer_order"]
honest = { fails = ["alpaca_model.preprocessing"], undecided = ["alpaca_model.layer_order"] }

[[edit]]
cell = "alpaca_model"
old = "x = preprocess_input(x)"
new = "x = tf.keras.ops.sign(x - 127.5)"
"""
