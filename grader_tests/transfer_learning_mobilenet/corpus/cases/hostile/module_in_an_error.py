"""
title = "an AttributeError carries the module it was raised for"
kind = "hostile"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "needs a person"
notes = ["gate.code"]
start = "release"
honest = { nothing = ["data_augmenter", "alpaca_model", "fine_tuning"] }
"""
# %% data_augmenter
try:
    tf.no_such_name
except AttributeError as error:
    print(error.obj.config.list_physical_devices())

def data_augmenter():
    return None
