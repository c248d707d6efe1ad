"""
title = "deepcopy is told what to put in an object"
kind = "hostile"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "needs a person"
notes = ["gate.code"]
start = "release"
honest = { nothing = ["data_augmenter", "alpaca_model", "fine_tuning"] }
"""
# %% data_augmenter
import copy

layer = RandomRotation(0.2)
other = copy.deepcopy([layer, 0.2], {id(0.2): 0.5})

def data_augmenter():
    return None
