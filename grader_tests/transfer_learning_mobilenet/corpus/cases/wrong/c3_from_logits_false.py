"""
title = "the loss takes the logits for probabilities"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 26 }
fails = ["fine_tuning.loss"]
message = ["logits"]

[[edit]]
cell = "fine_tuning"
old = "from_logits=True"
new = "from_logits=False"
"""
