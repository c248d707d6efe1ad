"""
title = "sets the whole backbone to not trainable"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 23 }
fails = ["fine_tuning.trainable_above"]
message = ["trainable"]

[[edit]]
cell = "fine_tuning"
old = '''for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False'''
new = "base_model.trainable = False"
"""
