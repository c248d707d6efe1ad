"""
title = "an exception in a cell"
kind = "demo"
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
message = ["NameError"]
state = "graded"

[[edit]]
cell = "alpaca_model"
old = "data_augmentation(inputs)"
new = "data_augmentation(input_image)"
"""
