"""
title = "a subclass of Sequential"
kind = "alternative"
fails = []
"""
# %% data_augmenter
class Augmenter(tf.keras.Sequential):
    """Flips and turns pictures."""


def data_augmenter():
    return Augmenter([RandomFlip("horizontal"), RandomRotation(0.2)])
