"""
title = "x / 127.5 - 1"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "x = preprocess_input(x)"
new = "x = x / 127.5 - 1.0"
"""
