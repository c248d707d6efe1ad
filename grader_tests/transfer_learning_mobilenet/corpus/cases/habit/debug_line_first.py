"""
title = "a typo in a debug line at the top of exercise 3 stops it"
kind = "habit"
fails = [
    "fine_tuning.backbone_inside_model",
    "fine_tuning.compiled_again",
    "fine_tuning.loss",
    "fine_tuning.optimizer",
    "fine_tuning.accuracy_metric",
]
undecided = [
    "fine_tuning.frozen_below",
    "fine_tuning.trainable_above",
    "fine_tuning.learning_rate",
    "fine_tuning.moves_the_right_weights",
]
state = "graded"
message = ["stopped in line 1 with NameError", "base_modle"]

[[edit]]
cell = "fine_tuning"
old = "for layer in base_model.layers[:fine_tune_at]:"
new = '''
print(base_modle.summary())
for layer in base_model.layers[:fine_tune_at]:'''
"""
