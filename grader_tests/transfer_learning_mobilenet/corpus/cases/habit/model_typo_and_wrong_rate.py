"""
title = "a typo in exercise 2, and the learning rate of exercise 3 is not reduced"
kind = "habit"
fails = ["alpaca_model.input_shape", "fine_tuning.learning_rate"]
undecided = [
    "alpaca_model.augmentation_first",
    "alpaca_model.preprocessing",
    "alpaca_model.backbone",
    "alpaca_model.pretrained_weights",
    "alpaca_model.frozen_base",
    "alpaca_model.inference_mode",
    "alpaca_model.pooling",
    "alpaca_model.dropout",
    "alpaca_model.head",
    "alpaca_model.output_shape",
    "alpaca_model.layer_order",
    "alpaca_model.trainable_parameters",
]
state = "graded"
message = ["so no more is told"]

[[edit]]
cell = "alpaca_model"
old = "layers.Dropout"
new = "layers.Dropuot"

[[edit]]
cell = "fine_tuning"
old = "0.1 * base_learning_rate"
new = "base_learning_rate"
"""
