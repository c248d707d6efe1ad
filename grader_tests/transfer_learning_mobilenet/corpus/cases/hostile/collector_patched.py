"""
title = "patches every function of the collector to return nothing"
kind = "hostile"
points = { data_augmenter = 0, alpaca_model = 0, fine_tuning = 0 }
fails = []
honest = { data_augmenter = 16, alpaca_model = 43, fine_tuning = 28 }

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
import importlib, pkgutil
import alpaca_course.kernel as evidence

for module in pkgutil.iter_modules(evidence.__path__):
    if module.name.startswith("collect"):
        loaded = importlib.import_module("alpaca_course.kernel." + module.name)
        for name, value in list(vars(loaded).items()):
            if callable(value) and getattr(value, "__module__", "") == loaded.__name__:
                setattr(loaded, name, lambda *args, **kwargs: {})
