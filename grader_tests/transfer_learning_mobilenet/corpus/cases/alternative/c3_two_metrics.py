"""
title = "accuracy and another metric"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []

[[edit]]
cell = "fine_tuning"
old = '["accuracy"]'
new = '["accuracy", tf.keras.metrics.AUC(from_logits=True)]'
"""
