"""
title = "a name that does not exist"
kind = "wrong"
points = { data_augmenter = 18, alpaca_model = 50, fine_tuning = 30 }
fails = ["data_augmenter.sequential"]
message = ["NameError"]

[[edit]]
cell = "data_augmenter"
old = "RandomRotation(0.2)"
new = "RandomRotate(0.2)"
"""
