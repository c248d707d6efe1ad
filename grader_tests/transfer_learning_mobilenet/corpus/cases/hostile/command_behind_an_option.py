"""
title = "a timing magic with an option that is not looked through"
kind = "hostile"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "needs a person"
notes = ["gate.code"]
start = "release"
honest = { nothing = ["data_augmenter", "alpaca_model", "fine_tuning"] }
"""
# %% data_augmenter
%timeit -n1 -r1 -t exec("import sys")

def data_augmenter():
    return None
