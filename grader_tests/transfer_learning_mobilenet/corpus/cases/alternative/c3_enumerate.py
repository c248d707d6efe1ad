"""
title = "freezes by enumerate"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = '''
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False'''
new = '''
for number, layer in enumerate(base_model.layers):
    layer.trainable = number >= fine_tune_at'''
"""
