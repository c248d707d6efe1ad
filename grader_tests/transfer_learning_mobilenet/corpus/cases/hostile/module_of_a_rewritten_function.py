"""
title = "AutoGraph puts its own module beside a function"
kind = "hostile"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "needs a person"
notes = ["gate.code"]
start = "release"
honest = { nothing = ["data_augmenter", "alpaca_model", "fine_tuning"] }
"""
# %% data_augmenter
@tf.function
def rewritten(x):
    print(len(ag__.tf_inspect.getmembers(rewritten)))
    return x

rewritten(tf.constant(1))

def data_augmenter():
    return None
