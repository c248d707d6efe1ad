"""
title = "freezes by index"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = '''
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False'''
new = '''
for i in range(fine_tune_at):
    base_model.get_layer(index=i).trainable = False'''
"""
