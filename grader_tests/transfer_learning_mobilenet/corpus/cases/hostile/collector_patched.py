"""
title = "patches every function of the collector to return nothing"
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
import importlib, pkgutil
import alpaca_course.kernel as kernel
import notebooks.transfer_learning_mobilenet.evidence as collectors

for package, begin in ((kernel, "collect"), (collectors, "")):
    for module in pkgutil.iter_modules(package.__path__):
        if not module.name.startswith(begin):
            continue
        loaded = importlib.import_module(f"{package.__name__}.{module.name}")
        for name, value in list(vars(loaded).items()):
            if callable(value) and getattr(value, "__module__", "") == loaded.__name__:
                setattr(loaded, name, lambda *args, **kwargs: {})
