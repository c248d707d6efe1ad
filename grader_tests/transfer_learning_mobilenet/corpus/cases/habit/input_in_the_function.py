"""
title = "input() inside the function of exercise 2"
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
state = "needs a person"
notes = ["left_out.keyboard"]
message = ["waits for the keyboard", "lab's own answer"]

[[edit]]
cell = "alpaca_model"
old = "    input_shape ="
new = '''
    units = int(input("units? "))
    input_shape ='''

[[edit]]
cell = "alpaca_model"
old = "Dense(1)"
new = "Dense(units)"
"""
