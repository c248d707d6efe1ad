"""
title = "an endless loop in exercise 3"
kind = "demo"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 8 }
fails = ["fine_tuning.frozen_below", "fine_tuning.compiled_again", "fine_tuning.loss", "fine_tuning.optimizer", "fine_tuning.accuracy_metric"]
state = "graded"

[[edit]]
cell = "fine_tuning"
old = '''for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False'''
new = '''while True:
    base_model.layers[0].trainable = False'''
"""
