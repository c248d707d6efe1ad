"""
title = "divides by 127.5 and forgets to subtract 1"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 43, fine_tuning = 30 }
fails = ["alpaca_model.preprocessing"]
message = ["range"]

[[edit]]
cell = "alpaca_model"
old = "x = preprocess_input(x)"
new = "x = x / 127.5"
"""
