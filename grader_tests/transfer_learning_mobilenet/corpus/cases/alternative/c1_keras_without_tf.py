"""
title = "keras without tf in front"
kind = "alternative"
fails = []
"""
# %% before data_augmenter
import keras

# %% data_augmenter
def data_augmenter():
    return keras.Sequential(
        [keras.layers.RandomFlip("horizontal"), keras.layers.RandomRotation(0.2)]
    )
