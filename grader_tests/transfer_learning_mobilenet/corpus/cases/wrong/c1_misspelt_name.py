"""
title = "a name that does not exist"
kind = "wrong"
points = { data_augmenter = 0, alpaca_model = 0, fine_tuning = 0 }
fails = ["data_augmenter.sequential"]
message = ["NameError"]

[[edit]]
cell = "data_augmenter"
old = "RandomRotation(0.2)"
new = "RandomRotate(0.2)"
"""
