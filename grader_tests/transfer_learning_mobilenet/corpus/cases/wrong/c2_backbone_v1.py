"""
title = "MobileNet of the first version"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 38, fine_tuning = 23 }
fails = ["alpaca_model.backbone"]
message = ["MobileNetV2"]

[[edit]]
cell = "alpaca_model"
old = "MobileNetV2"
new = "MobileNet"

[[edit]]
cell = "alpaca_model"
old = 'weights="imagenet"'
new = "weights=None"
"""
