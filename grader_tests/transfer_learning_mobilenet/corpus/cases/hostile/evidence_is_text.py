"""
title = "publishes text, a list and a number where evidence belongs"
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
from IPython.display import display
import json, os
MIME = "application/vnd.alpaca.evidence+json"

import alpaca_course.kernel as evidence
answers = {"data_augmenter": "20", "alpaca_model": [50], "fine_tuning": 30.0}
evidence.grade = lambda exercise, lab: display({MIME: answers[exercise]}, raw=True)
