"""
title = "sets trainable to 0, which counts as False"
kind = "alternative"
fails = []
advisories = ["fine_tuning.falsy_trainable"]

[[edit]]
cell = "fine_tuning"
old = "layer.trainable = False"
new = "layer.trainable = 0"
"""
