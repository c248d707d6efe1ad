"""
title = "augments pictures at once instead of returning a model"
kind = "wrong"
points = { data_augmenter = 0, alpaca_model = 50, fine_tuning = 0 }
fails = ["data_augmenter.sequential"]
message = ["Sequential"]
"""
# %% data_augmenter
def data_augmenter():
    return RandomFlip("horizontal")(np.zeros((1, 160, 160, 3), "float32"))
