"""
title = "the layers in a list"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []
"""
# %% data_augmenter
def data_augmenter():
    return tf.keras.Sequential([RandomFlip("horizontal"), RandomRotation(0.2)])
