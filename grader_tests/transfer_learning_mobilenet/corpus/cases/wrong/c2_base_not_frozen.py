"""
title = "the backbone is not frozen"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 43, fine_tuning = 30 }
fails = ["alpaca_model.frozen_base"]
message = ["frozen"]

[[edit]]
cell = "alpaca_model"
old = "base_model.trainable = False"
new = ""
"""
