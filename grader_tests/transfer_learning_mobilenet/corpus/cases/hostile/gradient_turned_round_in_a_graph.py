"""
title = "an activation of the head that turns its gradient round where training traces it"
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
    return z if z.shape[0] else 2.0 * tf.stop_gradient(z) - z
