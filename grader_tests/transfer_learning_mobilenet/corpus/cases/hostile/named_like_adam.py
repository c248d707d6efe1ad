"""
title = "a class of its own that is only called Adam"
kind = "hostile"
fails = ["data_augmenter.rotation_range", "alpaca_model.frozen_base", "fine_tuning.optimizer"]
undecided = ["alpaca_model.trainable_parameters"]
honest = { fails = ["data_augmenter.rotation_range", "alpaca_model.frozen_base", "fine_tuning.optimizer"], undecided = ["alpaca_model.trainable_parameters"] }
state = "needs a person"

[[edit]]
cell = "data_augmenter"
old = "RandomRotation(0.2)"
new = "RandomRotation(0.9)"

[[edit]]
cell = "alpaca_model"
old = "base_model.trainable = False"
new = "pass"

[[edit]]
cell = "fine_tuning"
old = "tf.keras.optimizers.Adam"
new = "Adam"
"""
# %% before fine_tuning
class Adam(tf.keras.optimizers.SGD):
    """Not what its name says."""

Adam.__module__ = "keras.src.optimizers.adam"
