"""
title = "an endless loop in exercise 3"
kind = "demo"
fails = [
    "fine_tuning.frozen_below",
    "fine_tuning.compiled_again",
    "fine_tuning.loss",
    "fine_tuning.optimizer",
    "fine_tuning.accuracy_metric",
]
undecided = ["fine_tuning.learning_rate", "fine_tuning.moves_the_right_weights"]
state = "graded"

[[edit]]
cell = "fine_tuning"
old = '''
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False'''
new = '''
while True:
    base_model.layers[0].trainable = False'''
"""
