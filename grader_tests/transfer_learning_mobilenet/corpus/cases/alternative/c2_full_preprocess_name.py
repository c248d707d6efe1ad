"""
title = "preprocess_input by its full name"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "preprocess_input(x)"
new = "tf.keras.applications.mobilenet_v2.preprocess_input(x)"
"""
