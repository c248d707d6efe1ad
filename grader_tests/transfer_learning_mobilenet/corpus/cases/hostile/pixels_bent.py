"""
title = "pixels are scaled by a curve through the same three points"
kind = "hostile"
fails = ["alpaca_model.preprocessing"]
undecided = ["alpaca_model.layer_order"]
honest = { fails = ["alpaca_model.preprocessing"], undecided = ["alpaca_model.layer_order"] }

[[edit]]
cell = "alpaca_model"
old = "x = preprocess_input(x)"
new = "x = tf.keras.ops.sin(preprocess_input(x) * (np.pi / 2))"
"""
