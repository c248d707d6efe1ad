"""
title = "the backbone frozen layer by layer"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "base_model.trainable = False"
new = '''
for layer in base_model.layers:
        layer.trainable = False'''
"""
