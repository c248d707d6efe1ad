"""
title = "BinaryAccuracy with the threshold of logits"
kind = "alternative"
fails = []
advisories = ["fine_tuning.metric_threshold"]

[[edit]]
cell = "fine_tuning"
old = '["accuracy"]'
new = "[tf.keras.metrics.BinaryAccuracy(threshold=0)]"
"""
