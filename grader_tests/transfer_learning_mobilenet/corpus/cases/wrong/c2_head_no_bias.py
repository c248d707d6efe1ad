"""
title = "a head without a bias"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 49, fine_tuning = 30 }
fails = ["alpaca_model.trainable_parameters"]
message = ["bias"]

[[edit]]
cell = "alpaca_model"
old = "Dense(1)"
new = "Dense(1, use_bias=False)"
"""
