"""
title = "returns the flip alone, not a Sequential"
kind = "wrong"
points = { data_augmenter = 4, alpaca_model = 50, fine_tuning = 30 }
fails = ["data_augmenter.sequential"]
message = ["RandomFlip"]
"""
# %% data_augmenter
def data_augmenter():
    return RandomFlip("horizontal")
