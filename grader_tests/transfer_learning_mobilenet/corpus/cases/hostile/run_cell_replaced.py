"""
title = "replaces the shell's way to run cells"
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
shell = get_ipython()
honest = type(shell).run_cell_async

async def run_cell_async(self, raw_cell, *args, **kwargs):
    if "grade(" in raw_cell:
        raw_cell = kwargs["transformed_cell"] = "20.0\n"
    return await honest(self, raw_cell, *args, **kwargs)

type(shell).run_cell_async = run_cell_async
