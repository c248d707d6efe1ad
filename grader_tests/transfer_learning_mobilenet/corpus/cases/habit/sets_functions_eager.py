"""
title = "functions run eagerly, for debugging"
kind = "habit"
fails = []
state = "graded"
"""
# %% before packages
import tensorflow as tf
tf.config.run_functions_eagerly(True)
