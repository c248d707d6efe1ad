"""
title = "compiles the backbone instead of model2"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 25 }
fails = ["fine_tuning.compiled_again"]
message = ["compile"]

[[edit]]
cell = "fine_tuning"
old = "model2.compile"
new = "base_model.compile"
"""
