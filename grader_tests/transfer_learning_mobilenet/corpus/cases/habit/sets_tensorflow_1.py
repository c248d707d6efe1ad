"""
title = "TensorFlow is switched to version 1 at the top"
kind = "habit"
fails = []
state = "graded"
"""
# %% before packages
import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()
