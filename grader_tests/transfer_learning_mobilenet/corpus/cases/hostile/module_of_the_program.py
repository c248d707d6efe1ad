"""
title = "a module is taken from the program that starts the kernel"
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
try:
    from process_one.main import os
except ImportError:
    os = None

def data_augmenter():
    return None
