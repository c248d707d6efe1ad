"""
title = "adds the class of a layer, which Keras refuses"
kind = "wrong"
points = { data_augmenter = 0, alpaca_model = 0, fine_tuning = 0 }
fails = ["data_augmenter.sequential"]
message = ["error"]

[[edit]]
cell = "data_augmenter"
old = 'RandomFlip("horizontal")'
new = "RandomFlip"
"""
