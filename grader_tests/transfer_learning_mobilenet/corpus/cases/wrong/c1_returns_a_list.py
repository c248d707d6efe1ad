"""
title = "returns a list of the layers"
kind = "wrong"
points = { data_augmenter = 0, alpaca_model = 50, fine_tuning = 0 }
fails = ["data_augmenter.sequential"]
message = ["list"]
"""
# %% data_augmenter
def data_augmenter():
    return [RandomFlip("horizontal"), RandomRotation(0.2)]
