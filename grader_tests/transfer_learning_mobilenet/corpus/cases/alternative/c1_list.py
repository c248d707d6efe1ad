"""
title = "the layers in a list"
kind = "alternative"
fails = []
"""
# %% data_augmenter
def data_augmenter():
    return tf.keras.Sequential([RandomFlip("horizontal"), RandomRotation(0.2)])
