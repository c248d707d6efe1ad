"""
title = "a subclass of Sequential"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []
"""
# %% data_augmenter
class Augmenter(tf.keras.Sequential):
    """Flips and turns pictures."""


def data_augmenter():
    return Augmenter([RandomFlip("horizontal"), RandomRotation(0.2)])
