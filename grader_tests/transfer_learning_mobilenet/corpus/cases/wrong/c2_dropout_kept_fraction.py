"""
title = "writes the kept fraction (0.8) as the rate"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 45, fine_tuning = 30 }
fails = ["alpaca_model.dropout"]
message = ["rate"]

[[edit]]
cell = "alpaca_model"
old = "Dropout(0.2)"
new = "Dropout(0.8)"
"""
