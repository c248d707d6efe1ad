"""
title = "(x - 127.5) / 127.5"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "x = preprocess_input(x)"
new = "x = (x - 127.5) * (1 / 127.5)"
"""
