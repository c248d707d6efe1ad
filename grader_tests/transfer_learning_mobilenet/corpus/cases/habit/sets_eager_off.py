"""
title = "eager execution is switched off at the top"
kind = "habit"
fails = []
state = "graded"
"""
# %% before packages
import tensorflow as tf
tf.compat.v1.disable_eager_execution()
