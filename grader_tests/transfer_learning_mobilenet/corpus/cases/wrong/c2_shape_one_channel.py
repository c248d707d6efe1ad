"""
title = "one colour channel"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 0, fine_tuning = 0 }
fails = ["alpaca_model.input_shape"]
message = ["error"]

[[edit]]
cell = "alpaca_model"
old = "(3,)"
new = "(1,)"
"""
