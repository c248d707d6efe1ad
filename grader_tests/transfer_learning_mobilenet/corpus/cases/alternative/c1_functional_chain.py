"""
title = "a functional model of the same two layers"
kind = "alternative"
fails = []
"""
# %% data_augmenter
def data_augmenter():
    inputs = tf.keras.Input((None, None, 3))
    x = RandomRotation(0.2)(RandomFlip("horizontal")(inputs))
    return tf.keras.Model(inputs, x)
