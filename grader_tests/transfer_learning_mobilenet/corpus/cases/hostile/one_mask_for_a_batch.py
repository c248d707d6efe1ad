"""
title = "dropout that drops the same features of all pictures of a batch"
kind = "hostile"
fails = ["alpaca_model.dropout"]
undecided = ["alpaca_model.layer_order"]
honest = { fails = ["alpaca_model.dropout"], undecided = ["alpaca_model.layer_order"] }

[[edit]]
cell = "alpaca_model"
old = "Dropout(0.2)"
new = "Dropout(0.2, noise_shape=(1, 1280))"
"""
