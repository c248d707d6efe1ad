"""
title = "goes through the layers of model2 instead of the backbone's"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 23 }
fails = ["fine_tuning.trainable_above"]
message = ["trainable"]

[[edit]]
cell = "fine_tuning"
old = "base_model.layers"
new = "model2.layers"
"""
