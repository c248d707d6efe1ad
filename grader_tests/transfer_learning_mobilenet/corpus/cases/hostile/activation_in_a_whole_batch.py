"""
title = "an activation of the head that gives zero for a batch as large as the notebook's"
kind = "hostile"
fails = ["alpaca_model.head"]
undecided = ["alpaca_model.layer_order", "alpaca_model.trainable_parameters"]
honest = { fails = ["alpaca_model.head"], undecided = ["alpaca_model.layer_order", "alpaca_model.trainable_parameters"] }

[[edit]]
cell = "alpaca_model"
old = "outputs = tf.keras.layers.Dense(1)(x)"
new = "outputs = tf.keras.layers.Dense(1, activation=activation)(x)"
"""
# %% before alpaca_model
def activation(z):
    return z * tf.cast(tf.shape(z)[0] < 31, z.dtype)
