"""
title = "starts from random weights"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 45, fine_tuning = 30 }
fails = ["alpaca_model.pretrained_weights"]
message = ["ImageNet"]

[[edit]]
cell = "alpaca_model"
old = 'weights="imagenet"'
new = "weights=None"
"""
