"""
title = "the collectors are imported though nothing finds them from outside"
kind = "hostile"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "needs a person"
notes = ["gate.code"]
start = "release"
honest = { nothing = ["data_augmenter", "alpaca_model", "fine_tuning"] }
"""
# %% data_augmenter
from notebooks.transfer_learning_mobilenet.evidence import probes

probes.pictures = None

def data_augmenter():
    return None
