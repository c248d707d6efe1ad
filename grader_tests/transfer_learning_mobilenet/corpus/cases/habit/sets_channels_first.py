"""
title = "pictures have their colours first"
kind = "habit"
fails = []
state = "graded"
"""
# %% before packages
import tensorflow as tf
tf.keras.backend.set_image_data_format('channels_first')
