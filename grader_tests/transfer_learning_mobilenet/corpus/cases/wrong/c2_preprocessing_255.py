"""
title = "scales to 0…1 as for other networks"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 43, fine_tuning = 30 }
fails = ["alpaca_model.preprocessing"]
message = ["range"]

[[edit]]
cell = "alpaca_model"
old = "x = preprocess_input(x)"
new = "x = x / 255.0"
"""
