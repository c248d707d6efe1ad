"""
title = "exercise 3 deletes model2 at its end"
kind = "habit"
fails = ["fine_tuning.backbone_inside_model"]
undecided = [
    "fine_tuning.frozen_below",
    "fine_tuning.trainable_above",
    "fine_tuning.compiled_again",
    "fine_tuning.moves_the_right_weights",
]
state = "graded"
message = ["no model2 when this is checked"]

[[edit]]
cell = "fine_tuning"
old = "metrics=metrics)"
new = '''
metrics=metrics)
del model2'''
"""
