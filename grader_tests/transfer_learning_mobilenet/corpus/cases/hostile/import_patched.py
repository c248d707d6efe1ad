"""
title = "an __import__ that hands out a false collector"
kind = "hostile"
fails = ["data_augmenter.rotation_range", "alpaca_model.frozen_base", "fine_tuning.optimizer"]
undecided = ["alpaca_model.trainable_parameters"]
state = "graded"
honest = { fails = ["data_augmenter.rotation_range", "alpaca_model.frozen_base", "fine_tuning.optimizer"], undecided = ["alpaca_model.trainable_parameters"] }

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
import builtins, types
honest_import = builtins.__import__

def false_import(name, *args, **kwargs):
    if name == "alpaca_course.kernel":
        return types.SimpleNamespace(grade=lambda exercise, lab: 50.0)
    return honest_import(name, *args, **kwargs)

builtins.__import__ = false_import
