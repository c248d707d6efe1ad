"""
title = "numbers of 64 bits are switched on"
kind = "habit"
fails = []
state = "graded"
"""
# %% before packages
import tensorflow as tf
tf.keras.backend.set_floatx('float64')
