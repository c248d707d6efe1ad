"""
title = "no metric"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 28 }
fails = ["fine_tuning.accuracy_metric"]
message = ["accuracy"]

[[edit]]
cell = "fine_tuning"
old = '["accuracy"]'
new = "[]"
"""
