"""
title = "a head that is straight for small features and bends for large ones"
kind = "hostile"
fails = ["alpaca_model.head"]
undecided = ["alpaca_model.layer_order", "alpaca_model.trainable_parameters"]
honest = { fails = ["alpaca_model.head"], undecided = ["alpaca_model.layer_order", "alpaca_model.trainable_parameters"] }

[[edit]]
cell = "alpaca_model"
old = "outputs = tf.keras.layers.Dense(1)(x)"
new = '''
outputs = tf.keras.layers.Dense(1)(x)
    outputs = tf.keras.ops.softsign(outputs / 100.0) * 100.0'''
"""
