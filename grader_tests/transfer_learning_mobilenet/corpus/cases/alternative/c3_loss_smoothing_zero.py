"""
title = "label_smoothing=0 given"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []

[[edit]]
cell = "fine_tuning"
old = "from_logits=True"
new = "from_logits=True, label_smoothing=0"
"""
