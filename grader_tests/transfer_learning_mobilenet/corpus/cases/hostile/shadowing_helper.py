"""
title = "hands in a package in the place of a helper file"
kind = "hostile"
points = { data_augmenter = 16, alpaca_model = 43, fine_tuning = 28 }
fails = ["data_augmenter.rotation_range", "alpaca_model.frozen_base", "fine_tuning.optimizer"]
honest = { data_augmenter = 16, alpaca_model = 43, fine_tuning = 28 }
through = "nbgrader"
state = "graded"

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

[files]
"lab_checks/__init__.py" = '''def __getattr__(name):
    return lambda *args, **kwargs: None
'''
"""
