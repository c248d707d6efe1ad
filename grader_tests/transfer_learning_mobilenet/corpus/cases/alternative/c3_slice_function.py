"""
title = "the layers to freeze by slice()"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = "base_model.layers[:fine_tune_at]"
new = "base_model.layers[slice(0, fine_tune_at)]"
"""
