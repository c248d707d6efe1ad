"""
title = "the cell of exercise 2 was deleted, the rest is right"
kind = "habit"
fails = []
nothing = ["alpaca_model"]
state = "graded with repairs"
notes = ["answer.missing"]
message = ["lab's own answer"]

[[notebook]]
op = "delete_cell"
cell = "alpaca_model"
"""
