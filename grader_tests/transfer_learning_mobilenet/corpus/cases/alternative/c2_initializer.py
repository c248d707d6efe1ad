"""
title = "an initializer for the head"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []

[[edit]]
cell = "alpaca_model"
old = "Dense(1)"
new = 'Dense(1, kernel_initializer="he_normal")'
"""
