"""
title = "sets trainable to None, which counts as False"
kind = "alternative"
fails = []
advisories = ["fine_tuning.falsy_trainable"]

[[edit]]
cell = "fine_tuning"
old = "layer.trainable = False"
new = "layer.trainable = None"
"""
