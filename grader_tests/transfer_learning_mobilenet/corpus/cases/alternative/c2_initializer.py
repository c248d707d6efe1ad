"""
title = "an initializer for the head"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "Dense(1)"
new = 'Dense(1, kernel_initializer="he_normal")'
"""
