"""
title = "a class is derived from an own network that says nothing"
kind = "hostile"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "needs a person"
notes = ["gate.code"]
start = "release"
honest = { nothing = ["data_augmenter", "alpaca_model", "fine_tuning"] }
"""
# %% data_augmenter
class Network(tf.keras.Model):
    pass

class Liar(Network):
    layers = property(lambda self: [])

def data_augmenter():
    return None
