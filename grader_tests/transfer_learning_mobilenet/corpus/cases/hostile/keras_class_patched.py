"""
title = "patches RandomRotation so that every factor is stored as 0.2"
kind = "hostile"
fails = ["alpaca_model.frozen_base", "fine_tuning.optimizer"]
undecided = ["alpaca_model.trainable_parameters"]
honest = { fails = ["data_augmenter.rotation_range", "alpaca_model.frozen_base", "fine_tuning.optimizer"], undecided = ["alpaca_model.trainable_parameters"] }
amounts_to = "Keras reads the attribute when it rotates: the layer really turns by at most 0.2"
varies = "Keras 3.5 rotates by other attributes than the one that is set"
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
old = "optimizers.Adam"
new = "optimizers.SGD"
"""
# %% before data_augmenter
honest = RandomRotation.__init__

def __init__(self, factor, **kwargs):
    honest(self, factor, **kwargs)
    self.factor = (-0.2, 0.2)

RandomRotation.__init__ = __init__
