"""
title = "max gives a module back"
kind = "hostile"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "needs a person"
notes = ["gate.code"]
start = "release"
honest = { nothing = ["data_augmenter", "alpaca_model", "fine_tuning"] }
"""
# %% data_augmenter
module = max(tf, np, key=lambda each: 0)
print(module.config.list_physical_devices())

def data_augmenter():
    return None
