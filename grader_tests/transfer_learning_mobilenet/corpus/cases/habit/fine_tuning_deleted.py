"""
title = "the cell of exercise 3 was deleted"
kind = "habit"
fails = []
nothing = ["fine_tuning"]
state = "graded with repairs"
notes = ["answer.missing"]
message = ["not answered"]

[[notebook]]
op = "delete_cell"
cell = "fine_tuning"
"""
