"""
title = "a function in one line"
kind = "alternative"
fails = []
"""
# %% data_augmenter
data_augmenter = lambda: tf.keras.Sequential([RandomFlip("horizontal"), RandomRotation(0.2)])
