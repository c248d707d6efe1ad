"""
title = "Keras' own metric, given as a class"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = 'metrics = ["accuracy"]'
new = "metrics = [tf.keras.metrics.BinaryAccuracy]"
"""
