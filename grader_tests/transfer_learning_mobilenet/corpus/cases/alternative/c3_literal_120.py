"""
title = "writes 120 as a number"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = "[:fine_tune_at]"
new = "[:120]"
"""
