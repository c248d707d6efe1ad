"""
title = "the preprocessing is missing"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 43, fine_tuning = 30 }
fails = ["alpaca_model.preprocessing"]
message = ["preprocess"]

[[edit]]
cell = "alpaca_model"
old = "x = preprocess_input(x)"
new = ""
"""
