"""
title = "another network altogether"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 38, fine_tuning = 30 }
fails = ["alpaca_model.backbone"]
message = ["MobileNetV2"]

[[edit]]
cell = "alpaca_model"
old = "MobileNetV2"
new = "EfficientNetB0"

[[edit]]
cell = "alpaca_model"
old = 'weights="imagenet"'
new = "weights=None"
"""
