"""
title = "an object is shown as evidence"
kind = "hostile"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "needs a person"
notes = ["gate.code"]
start = "release"
honest = { nothing = ["data_augmenter", "alpaca_model", "fine_tuning"] }
"""
# %% data_augmenter
class Shown:
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"application/vnd.alpaca.evidence+json": {"exercise": "data_augmenter"}}

display(Shown())

def data_augmenter():
    return None
