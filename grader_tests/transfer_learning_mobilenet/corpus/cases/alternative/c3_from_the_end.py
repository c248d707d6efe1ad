"""
title = "counts from the end"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = "[:fine_tune_at]"
new = "[:-34]"
"""
