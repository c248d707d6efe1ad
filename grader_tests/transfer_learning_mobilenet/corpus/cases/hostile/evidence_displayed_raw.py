"""
title = "IPython.display.display sends evidence by another name"
kind = "hostile"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "needs a person"
notes = ["gate.code"]
start = "release"
honest = { nothing = ["data_augmenter", "alpaca_model", "fine_tuning"] }
"""
# %% data_augmenter
from IPython.display import display as show

show({"application/vnd.alpaca.evidence+json": {"exercise": "data_augmenter"}}, raw=True)

def data_augmenter():
    return None
