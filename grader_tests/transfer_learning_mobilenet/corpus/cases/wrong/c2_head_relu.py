"""
title = "the head cannot say no (relu)"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 44, fine_tuning = 30 }
fails = ["alpaca_model.head"]
message = ["activation"]

[[edit]]
cell = "alpaca_model"
old = "Dense(1)"
new = 'Dense(1, activation="relu")'
"""
