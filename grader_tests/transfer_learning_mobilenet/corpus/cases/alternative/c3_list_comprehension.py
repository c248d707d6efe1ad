"""
title = "freezes in a comprehension"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = '''
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False'''
new = "[setattr(layer, 'trainable', False) for layer in base_model.layers[:fine_tune_at]]"
"""
