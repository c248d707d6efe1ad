"""
title = "accuracy by its short name"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = '["accuracy"]'
new = '["acc"]'
"""
