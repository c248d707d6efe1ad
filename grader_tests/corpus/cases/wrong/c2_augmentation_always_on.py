"""
title = "augments in inference, too (training=True)"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 45, fine_tuning = 30 }
fails = ["alpaca_model.augmentation_first"]
message = ["inference"]

[[edit]]
cell = "alpaca_model"
old = "x = data_augmentation(inputs)"
new = "x = data_augmentation(inputs, training=True)"
"""
