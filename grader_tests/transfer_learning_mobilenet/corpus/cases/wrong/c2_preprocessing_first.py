"""
title = "preprocesses before augmenting"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 44, fine_tuning = 30 }
fails = ["alpaca_model.augmentation_first"]
message = ["raw"]

[[edit]]
cell = "alpaca_model"
old = "x = data_augmentation(inputs)"
new = "x = preprocess_input(inputs)"

[[edit]]
cell = "alpaca_model"
old = "x = preprocess_input(x)"
new = "x = data_augmentation(x)"
"""
