"""
title = "tfl as a short name for the layers"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "tf.keras.layers.GlobalAverage"
new = "tfl.GlobalAverage"

[[edit]]
cell = "alpaca_model"
old = "tf.keras.layers.Dropout"
new = "tfl.Dropout"
"""
# %% before alpaca_model
import tensorflow.keras.layers as tfl
