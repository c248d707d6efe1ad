"""
title = "exercise 3 raises NotImplementedError and sets nothing"
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
message = ["stopped in line 2 with NotImplementedError"]
"""
# %% fine_tuning
# UNQ_C3
raise NotImplementedError
