"""
title = "preprocess_input by its full name"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []

[[edit]]
cell = "alpaca_model"
old = "preprocess_input(x)"
new = "tf.keras.applications.mobilenet_v2.preprocess_input(x)"
"""
