"""
title = "only the first hundred layers are frozen"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 43, fine_tuning = 30 }
fails = ["alpaca_model.frozen_base"]
message = ["frozen"]

[[edit]]
cell = "alpaca_model"
old = "base_model.trainable = False"
new = '''for layer in base_model.layers[:100]:
        layer.trainable = False'''
"""
