"""
title = "a function in one line"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []
"""
# %% data_augmenter
data_augmenter = lambda: tf.keras.Sequential([RandomFlip("horizontal"), RandomRotation(0.2)])
