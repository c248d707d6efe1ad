"""
title = "a pattern gives the notebook other builtins"
kind = "hostile"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "needs a person"
notes = ["gate.code"]
start = "release"
honest = { nothing = ["data_augmenter", "alpaca_model", "fine_tuning"] }
"""
# %% data_augmenter
def taken(*args, **kwargs):
    raise ImportError

match {"__import__": taken}:
    case {**__builtins__}:
        pass

def data_augmenter():
    return None
