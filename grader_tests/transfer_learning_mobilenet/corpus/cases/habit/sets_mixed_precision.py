"""
title = "mixed precision is switched on at the top"
kind = "habit"
fails = []
state = "graded"
"""
# %% before packages
import tensorflow as tf
tf.keras.mixed_precision.set_global_policy('mixed_float16')
