"""
title = "every picture is mirrored, in predictions too"
kind = "hostile"
fails = ["alpaca_model.augmentation_first", "alpaca_model.preprocessing"]
undecided = ["alpaca_model.layer_order"]
honest = { fails = ["alpaca_model.augmentation_first", "alpaca_model.preprocessing"], undecided = ["alpaca_model.layer_order"] }

[[edit]]
cell = "alpaca_model"
old = "x = preprocess_input(x)"
new = "x = preprocess_input(x)[:, :, ::-1]"
"""
