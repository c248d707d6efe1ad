"""
title = "a figure is saved as raw bytes under a module'\''s name"
kind = "hostile"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "needs a person"
notes = ["gate.code"]
start = "release"
honest = { nothing = ["data_augmenter", "alpaca_model", "fine_tuning"] }
"""
# %% data_augmenter
figure = plt.figure()
figure.savefig("json_tools.py", format="raw")

def data_augmenter():
    return None
