"""
title = "the backbone is built and never called"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 45, fine_tuning = 30 }
fails = ["alpaca_model.backbone"]
message = ["backbone"]

[[edit]]
cell = "alpaca_model"
old = "x = base_model(x, training=False)"
new = ""
"""
