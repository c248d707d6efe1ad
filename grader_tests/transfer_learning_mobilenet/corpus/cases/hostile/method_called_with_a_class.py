"""
title = "a method of an own class sets an attribute of a Keras class"
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
    def change(self):
        self.call = lambda x, training=None: x

Own.change(RandomRotation)

def data_augmenter():
    return None
