"""
title = "keras without tf in front"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []
"""
# %% before data_augmenter
import keras

# %% data_augmenter
def data_augmenter():
    return keras.Sequential(
        [keras.layers.RandomFlip("horizontal"), keras.layers.RandomRotation(0.2)]
    )
