"""
title = "the backbone is built and never called"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 6, fine_tuning = 8 }
fails = ["alpaca_model.backbone"]
message = ["No pretrained network"]

[[edit]]
cell = "alpaca_model"
old = "x = base_model(x, training=False)"
new = ""
"""
