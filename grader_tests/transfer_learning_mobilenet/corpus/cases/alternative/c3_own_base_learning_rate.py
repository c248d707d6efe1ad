"""
title = "a base learning rate of the student's own"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []

[[edit]]
cell = "fine_tuning"
old = '''for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False'''
new = '''base_learning_rate = 0.002
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False'''
"""
