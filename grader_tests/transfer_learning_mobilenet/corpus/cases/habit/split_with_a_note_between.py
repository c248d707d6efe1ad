"""
title = "Split Cell in the function, and a note put between the halves"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["cell.joined"]
[[notebook]]
op = "split_cell"
cell = "alpaca_model"
line = 6
[[notebook]]
op = "add_cell"
cell = "alpaca_model"
source = "Now the rest:"
"""
