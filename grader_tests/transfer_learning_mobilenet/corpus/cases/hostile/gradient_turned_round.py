"""
title = "an answer that is right, with its gradient turned round"
kind = "hostile"
fails = ["alpaca_model.head"]
undecided = ["alpaca_model.layer_order", "alpaca_model.trainable_parameters"]
honest = { fails = ["alpaca_model.head"], undecided = ["alpaca_model.layer_order", "alpaca_model.trainable_parameters"] }

[[edit]]
cell = "alpaca_model"
old = "outputs = tf.keras.layers.Dense(1)(x)"
new = '''
z = tf.keras.layers.Dense(1)(x)
    outputs = 2.0 * tf.keras.ops.stop_gradient(z) - z'''
"""
