"""
title = "the first argument of a constructor becomes another object"
kind = "hostile"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "needs a person"
notes = ["gate.code"]
start = "release"
honest = { nothing = ["data_augmenter", "alpaca_model", "fine_tuning"] }
"""
# %% data_augmenter
class Own:
    def __init__(self):
        self = RandomRotation
        self.call = lambda x, training=None: x

try:
    Own()
except AttributeError:
    pass

def data_augmenter():
    return None
