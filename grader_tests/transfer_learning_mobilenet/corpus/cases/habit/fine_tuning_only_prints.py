"""
title = "exercise 3 prints something and sets nothing"
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
message = ["left everything as it was"]
"""
# %% fine_tuning
print("layers:", len(base_model.layers))
