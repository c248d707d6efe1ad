"""
title = "a list with the one loss"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = "loss=loss_function"
new = "loss=[loss_function]"
"""
