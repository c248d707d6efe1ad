"""
title = "activation=None and units by keyword"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "Dense(1)"
new = "Dense(units=1, activation=None)"
"""
