"""
title = "freezes all, then makes the upper ones trainable"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = '''
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False'''
new = '''
for layer in base_model.layers:
    layer.trainable = False
for layer in base_model.layers[fine_tune_at:]:
    layer.trainable = True'''
"""
