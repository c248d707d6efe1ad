"""
title = "raises KeyboardInterrupt in the collector's calls"
kind = "hostile"
points = { data_augmenter = 0, alpaca_model = 0, fine_tuning = 0 }
fails = []
honest = { data_augmenter = 16, alpaca_model = 43, fine_tuning = 28 }

[[edit]]
cell = "alpaca_model"
old = "base_model.trainable = False"
new = "pass"

[[edit]]
cell = "fine_tuning"
old = "optimizers.Adam"
new = "optimizers.SGD"
"""
# %% data_augmenter
def data_augmenter():
    raise KeyboardInterrupt
