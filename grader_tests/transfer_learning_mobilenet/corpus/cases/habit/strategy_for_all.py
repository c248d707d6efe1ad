"""
title = "a strategy for several devices is set for the whole notebook"
kind = "habit"
fails = []
state = "graded"
"""
# %% before packages
import tensorflow as tf
tf.distribute.experimental_set_strategy(tf.distribute.MirroredStrategy())
