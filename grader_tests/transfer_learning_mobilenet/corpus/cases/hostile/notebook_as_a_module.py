"""
title = "the notebook itself is imported as a module"
kind = "hostile"
fails = ["data_augmenter.sequential"]
undecided = ["data_augmenter.fresh_object", "data_augmenter.horizontal_flip", "data_augmenter.identity_in_inference", "data_augmenter.keeps_shape", "data_augmenter.layers", "data_augmenter.random_in_training", "data_augmenter.rotation_range"]
nothing = ["alpaca_model", "fine_tuning"]
state = "needs a person"
notes = ["gate.code"]
start = "release"
honest = { fails = ["data_augmenter.sequential"], undecided = ["data_augmenter.fresh_object", "data_augmenter.horizontal_flip", "data_augmenter.identity_in_inference", "data_augmenter.keeps_shape", "data_augmenter.layers", "data_augmenter.random_in_training", "data_augmenter.rotation_range"], nothing = ["alpaca_model", "fine_tuning"] }
"""
# %% data_augmenter
from __main__ import get_ipython as shell
shell().magic("pwd")

def data_augmenter():
    return None
