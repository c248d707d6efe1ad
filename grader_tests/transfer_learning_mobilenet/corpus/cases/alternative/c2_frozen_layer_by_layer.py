"""
title = "the backbone frozen layer by layer"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []

[[edit]]
cell = "alpaca_model"
old = "base_model.trainable = False"
new = '''for layer in base_model.layers:
        layer.trainable = False'''
"""
