"""
title = "an array is resized although another one shows its memory"
kind = "hostile"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "needs a person"
notes = ["gate.code"]
start = "release"
honest = { nothing = ["data_augmenter", "alpaca_model", "fine_tuning"] }
"""
# %% data_augmenter
kept = np.zeros(1000)
shown = kept[:]
kept.resize(10, refcheck=False)

def data_augmenter():
    return None
