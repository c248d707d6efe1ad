"""
title = "a functional model instead of a Sequential"
kind = "wrong"
points = { data_augmenter = 18, alpaca_model = 50, fine_tuning = 30 }
fails = ["data_augmenter.sequential"]
message = ["Sequential"]
"""
# %% data_augmenter
def data_augmenter():
    inputs = tf.keras.Input((None, None, 3))
    x = RandomRotation(0.2)(RandomFlip("horizontal")(inputs))
    return tf.keras.Model(inputs, x)
