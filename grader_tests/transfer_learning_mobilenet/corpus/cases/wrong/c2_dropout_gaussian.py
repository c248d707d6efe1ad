"""
title = "a Gaussian dropout"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 45, fine_tuning = 30 }
fails = ["alpaca_model.dropout"]
message = ["dropout"]

[[edit]]
cell = "alpaca_model"
old = "Dropout(0.2)"
new = "GaussianDropout(0.2)"
"""
