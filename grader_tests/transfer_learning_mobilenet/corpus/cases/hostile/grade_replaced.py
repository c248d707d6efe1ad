"""
title = "replaces the grader's grade()"
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
import alpaca_course.kernel
alpaca_course.kernel.grade = lambda exercise, lab: {"data_augmenter": 20.0, "alpaca_model": 50.0}.get(exercise, 30.0)
