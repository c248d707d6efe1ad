"""
title = "writes the angle in degrees"
kind = "wrong"
points = { data_augmenter = 0, alpaca_model = 0, fine_tuning = 0 }
fails = ["data_augmenter.rotation_range", "data_augmenter.sequential"]
message = ["turn"]

[[edit]]
cell = "data_augmenter"
old = "0.2"
new = "20"
"""
