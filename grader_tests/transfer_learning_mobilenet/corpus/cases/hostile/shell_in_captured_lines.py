"""
title = "a shell command without a mark, in captured lines"
kind = "hostile"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "needs a person"
notes = ["gate.code"]
start = "release"
honest = { nothing = ["data_augmenter", "alpaca_model", "fine_tuning"] }
"""
# %% data_augmenter
# The captured lines are a cell of their own.
get_ipython().run_cell_magic("capture", "", "sx true")

def data_augmenter():
    return None
