"""
title = "smooths the labels"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 26 }
fails = ["fine_tuning.loss"]
message = ["smooths"]

[[edit]]
cell = "fine_tuning"
old = "from_logits=True"
new = "from_logits=True, label_smoothing=0.2"
"""
