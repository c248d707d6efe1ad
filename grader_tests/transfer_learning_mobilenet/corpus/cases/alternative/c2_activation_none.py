"""
title = "activation=None and units by keyword"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []

[[edit]]
cell = "alpaca_model"
old = "Dense(1)"
new = "Dense(units=1, activation=None)"
"""
