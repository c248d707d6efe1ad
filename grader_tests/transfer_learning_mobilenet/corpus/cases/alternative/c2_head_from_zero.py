"""
title = "a head whose weights begin at zero, as those of a logistic regression may"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "Dense(1)"
new = 'Dense(1, kernel_initializer="zeros")'
"""
