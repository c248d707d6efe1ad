"""
title = "replaces the shell's way to run cells"
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
shell = get_ipython()
honest = type(shell).run_cell_async

async def run_cell_async(self, raw_cell, *args, **kwargs):
    if "grade(" in raw_cell:
        raw_cell = kwargs["transformed_cell"] = "20.0\n"
    return await honest(self, raw_cell, *args, **kwargs)

type(shell).run_cell_async = run_cell_async
