"""
title = "accuracy and another metric"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = '["accuracy"]'
new = '["accuracy", tf.keras.metrics.AUC(from_logits=True)]'
"""
