"""
title = "a typo in exercise 2, whose cell begins with empty lines"
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
message = ["Dropuot", "line 14"]

[[edit]]
cell = "alpaca_model"
old = "def alpaca_model"
new = '''


def alpaca_model'''

[[edit]]
cell = "alpaca_model"
old = "layers.Dropout"
new = "layers.Dropuot"
"""
