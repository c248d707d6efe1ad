"""
title = "returns the class Sequential, not an object of it"
kind = "wrong"
points = { data_augmenter = 0, alpaca_model = 50, fine_tuning = 0 }
fails = ["data_augmenter.sequential"]
message = ["class"]
"""
# %% data_augmenter
def data_augmenter():
    return tf.keras.Sequential
