"""
title = "a backbone that says it is frozen and is not"
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
cell = "fine_tuning"
old = "optimizers.Adam"
new = "optimizers.SGD"

[[edit]]
cell = "alpaca_model"
old = "base_model.trainable = False"
new = 'base_model.__class__ = type("Functional", (type(base_model),), {"trainable": property(lambda self: False, lambda self, value: None)})'
"""
