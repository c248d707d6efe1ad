"""
title = "the head has an activation at the notebook's size alone"
kind = "hostile"
fails = ["alpaca_model.head"]
undecided = ["alpaca_model.layer_order", "alpaca_model.trainable_parameters"]
honest = { fails = ["alpaca_model.head"], undecided = ["alpaca_model.layer_order", "alpaca_model.trainable_parameters"] }

[[edit]]
cell = "alpaca_model"
old = "outputs = tf.keras.layers.Dense(1)(x)"
new = "outputs = tf.keras.layers.Dense(1, activation=activations[image_shape == IMG_SIZE])(x)"
"""
# %% before alpaca_model
activations = [lambda z: z, lambda z: z * 0.0]
