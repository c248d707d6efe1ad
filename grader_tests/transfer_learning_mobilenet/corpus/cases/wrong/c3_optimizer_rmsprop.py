"""
title = "RMSprop instead of Adam"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 28 }
fails = ["fine_tuning.optimizer"]
message = ["Adam"]

[[edit]]
cell = "fine_tuning"
old = "optimizers.Adam"
new = "optimizers.RMSprop"
"""
