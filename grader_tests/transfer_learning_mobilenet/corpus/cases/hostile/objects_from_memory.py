"""
title = "a record array takes bytes for objects"
kind = "hostile"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "needs a person"
notes = ["gate.code"]
start = "release"
honest = { nothing = ["data_augmenter", "alpaca_model", "fine_tuning"] }
"""
# %% data_augmenter
made = np.recarray((1,), dtype=[("a", object)], buf=bytes(8))

def data_augmenter():
    return None
