"""
title = "%%time on the second line of exercise 3"
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
message = ["Line 2 of your cell begins with two percent signs"]

[[edit]]
cell = "fine_tuning"
old = "for layer in base_model.layers[:fine_tune_at]:"
new = '''
# fine-tuning
%%time
for layer in base_model.layers[:fine_tune_at]:'''
"""
