"""
title = "the return statement is missing"
kind = "wrong"
points = { data_augmenter = 0, alpaca_model = 50, fine_tuning = 0 }
fails = ["data_augmenter.sequential"]
message = ["return"]

[[edit]]
cell = "data_augmenter"
old = "return augmentation"
new = ""
"""
