"""
title = "the metric as Keras' function of its name"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = '''
metrics = ["accuracy"]'''
new = "metrics = [tf.keras.metrics.binary_accuracy]"
"""
