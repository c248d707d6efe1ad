"""
title = "a Keras class is made a data class"
kind = "hostile"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "needs a person"
notes = ["gate.code"]
start = "release"
honest = { nothing = ["data_augmenter", "alpaca_model", "fine_tuning"] }
"""
# %% data_augmenter
import dataclasses

dataclasses.dataclass(repr=True, init=False)(RandomRotation)

def data_augmenter():
    return None
