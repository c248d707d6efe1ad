"""
title = "a class is derived from an own one and a network"
kind = "hostile"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "needs a person"
notes = ["gate.code"]
start = "release"
honest = { nothing = ["data_augmenter", "alpaca_model", "fine_tuning"] }
"""
# %% data_augmenter
class Lie:
    def get_config(self):
        return {}

class Liar(Lie, tf.keras.Sequential):
    pass

def data_augmenter():
    return None
