"""
title = "a rotation that turns nothing is put into keras.layers"
kind = "hostile"
fails = [
    "data_augmenter.rotation_range",
    "data_augmenter.keeps_shape",
    "fine_tuning.accuracy_metric",
    "fine_tuning.backbone_inside_model",
    "fine_tuning.loss",
    "fine_tuning.optimizer",
]
undecided = [
    "data_augmenter.identity_in_inference",
    "data_augmenter.random_in_training",
    "fine_tuning.compiled_again",
    "fine_tuning.frozen_below",
    "fine_tuning.learning_rate",
    "fine_tuning.moves_the_right_weights",
    "fine_tuning.trainable_above",
]
state = "needs a person"
honest = { fails = ["data_augmenter.rotation_range"] }

[[edit]]
cell = "data_augmenter"
old = 'RandomRotation(0.2)'
new = 'RandomRotation(0.9)'
"""
# %% before data_augmenter
import keras

class RandomRotation(keras.layers.Layer):
    def __init__(self, factor=0.2, **kwargs):
        super().__init__()
        self.factor = factor

keras.layers.RandomRotation = RandomRotation
