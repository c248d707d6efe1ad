"""
title = "adds the class of a layer, which Keras refuses"
kind = "wrong"
points = { data_augmenter = 18, alpaca_model = 50, fine_tuning = 30 }
fails = ["data_augmenter.sequential"]
message = ["error"]

[[edit]]
cell = "data_augmenter"
old = 'RandomFlip("horizontal")'
new = "RandomFlip"
"""
