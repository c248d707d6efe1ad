"""
title = "raises KeyboardInterrupt in the collector's calls"
kind = "hostile"
fails = [
    "data_augmenter.sequential",
    "alpaca_model.input_shape",
    "fine_tuning.backbone_inside_model",
    "fine_tuning.loss",
    "fine_tuning.optimizer",
    "fine_tuning.accuracy_metric",
]
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
    "fine_tuning.frozen_below",
    "fine_tuning.trainable_above",
    "fine_tuning.compiled_again",
    "fine_tuning.learning_rate",
    "fine_tuning.moves_the_right_weights",
]
honest = { fails = ["data_augmenter.rotation_range", "alpaca_model.frozen_base", "fine_tuning.optimizer"], undecided = ["alpaca_model.trainable_parameters"] }

[[edit]]
cell = "alpaca_model"
old = "base_model.trainable = False"
new = "pass"

[[edit]]
cell = "fine_tuning"
old = "optimizers.Adam"
new = "optimizers.SGD"
"""
# %% data_augmenter
def data_augmenter():
    raise KeyboardInterrupt
