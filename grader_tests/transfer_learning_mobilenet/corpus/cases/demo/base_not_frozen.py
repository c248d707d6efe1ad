"""
title = "one thing wrong in exercise 2: the backbone is not frozen"
kind = "demo"
fails = ["alpaca_model.frozen_base"]
undecided = ["alpaca_model.trainable_parameters"]
message = ["frozen"]
state = "graded"

[[edit]]
cell = "alpaca_model"
old = "base_model.trainable = False"
new = "pass"
"""
