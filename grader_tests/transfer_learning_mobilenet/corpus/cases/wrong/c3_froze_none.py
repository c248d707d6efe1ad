"""
title = "freezes no layer"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 22 }
fails = ["fine_tuning.frozen_below"]
message = ["frozen"]

[[edit]]
cell = "fine_tuning"
old = '''for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False
'''
new = ""
"""
