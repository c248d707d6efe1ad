"""
title = "a no-break space inside a line of exercise 2"
kind = "habit"
fails = ["alpaca_model.input_shape"]
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
message = ["line 4", "U+00A0"]

[[edit]]
cell = "alpaca_model"
old = "include_top=False, "
new = "include_top=False, "
"""
