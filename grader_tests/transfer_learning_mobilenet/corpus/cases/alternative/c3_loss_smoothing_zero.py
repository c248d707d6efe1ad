"""
title = "label_smoothing=0 given"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = "from_logits=True"
new = "from_logits=True, label_smoothing=0"
"""
