"""
title = "a fresh augmenter instead of the argument"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []
advisories = ["alpaca_model.uses_argument"]

[[edit]]
cell = "alpaca_model"
old = "x = data_augmentation(inputs)"
new = "x = data_augmenter()(inputs)"
"""
