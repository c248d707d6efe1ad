"""
title = "typos in exercises 1 and 2, exercise 3 right"
kind = "habit"
fails = ["data_augmenter.sequential", "alpaca_model.input_shape"]
undecided = [
    "data_augmenter.layers",
    "data_augmenter.horizontal_flip",
    "data_augmenter.rotation_range",
    "data_augmenter.random_in_training",
    "data_augmenter.identity_in_inference",
    "data_augmenter.keeps_shape",
    "data_augmenter.fresh_object",
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
message = ["lab's own answer"]

[[edit]]
cell = "data_augmenter"
old = "RandomRotation"
new = "RandomRotatoin"

[[edit]]
cell = "alpaca_model"
old = "layers.Dropout"
new = "layers.Dropuot"
"""
