"""
title = "activation='linear'"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "Dense(1)"
new = 'Dense(1, activation="linear")'
"""
