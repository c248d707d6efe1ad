"""
title = "BinaryAccuracy with the threshold of logits"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []
advisories = ["fine_tuning.metric_threshold"]

[[edit]]
cell = "fine_tuning"
old = '["accuracy"]'
new = "[tf.keras.metrics.BinaryAccuracy(threshold=0)]"
"""
