"""
title = "a fresh augmenter instead of the argument"
kind = "alternative"
fails = []
advisories = ["alpaca_model.uses_argument"]

[[edit]]
cell = "alpaca_model"
old = "x = data_augmentation(inputs)"
new = "x = data_augmenter()(inputs)"
"""
