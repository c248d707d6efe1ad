"""
title = "functools.wraps sets a method of a Keras class"
kind = "hostile"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "needs a person"
notes = ["gate.code"]
start = "release"
honest = { nothing = ["data_augmenter", "alpaca_model", "fine_tuning"] }
"""
# %% data_augmenter
import functools

class Mine:
    def call(self, x, training=None):
        return x

functools.wraps(Mine, assigned=("call",), updated=())(RandomRotation)

def data_augmenter():
    return None
