"""
title = "a setting is set on an optimizer'\''s class"
kind = "hostile"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "needs a person"
notes = ["gate.code"]
start = "release"
honest = { nothing = ["data_augmenter", "alpaca_model", "fine_tuning"] }
"""
# %% data_augmenter
tf.keras.optimizers.Adam.learning_rate = 1e-4

def data_augmenter():
    return None
