"""
title = "a base learning rate of the student's own"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = '''
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False'''
new = '''
base_learning_rate = 0.002
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False'''
"""
