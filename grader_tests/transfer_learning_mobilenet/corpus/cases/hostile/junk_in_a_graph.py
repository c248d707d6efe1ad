"""
title = "a Lambda layer that scales pixels where it is called by itself alone"
kind = "hostile"
fails = ["alpaca_model.preprocessing"]
undecided = ["alpaca_model.layer_order"]
honest = { fails = ["alpaca_model.preprocessing"], undecided = ["alpaca_model.layer_order"] }

[[edit]]
cell = "alpaca_model"
old = "x = preprocess_input(x)"
new = "x = tf.keras.layers.Lambda(lambda t: preprocess_input(t) if t.shape[0] else preprocess_input(t) * 0.0)(x)"
"""
