"""
title = "a setting is set on a class in a list"
kind = "hostile"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "needs a person"
notes = ["gate.code"]
start = "release"
honest = { nothing = ["data_augmenter", "alpaca_model", "fine_tuning"] }
"""
# %% data_augmenter
for kind in [tfl.Dense]:
    kind.trainable = False

def data_augmenter():
    return None
