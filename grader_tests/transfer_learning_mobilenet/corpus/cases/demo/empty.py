"""
title = "an empty hand-in"
kind = "demo"
fails = [
    "data_augmenter.sequential",
    "alpaca_model.input_shape",
    "fine_tuning.backbone_inside_model",
    "fine_tuning.compiled_again",
    "fine_tuning.loss",
    "fine_tuning.optimizer",
    "fine_tuning.accuracy_metric",
]
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
    "data_augmenter.layers",
    "data_augmenter.horizontal_flip",
    "data_augmenter.rotation_range",
    "data_augmenter.random_in_training",
    "data_augmenter.identity_in_inference",
    "data_augmenter.keeps_shape",
    "data_augmenter.fresh_object",
    "fine_tuning.frozen_below",
    "fine_tuning.trainable_above",
    "fine_tuning.learning_rate",
    "fine_tuning.moves_the_right_weights",
]
start = "release"
state = "graded"
"""
