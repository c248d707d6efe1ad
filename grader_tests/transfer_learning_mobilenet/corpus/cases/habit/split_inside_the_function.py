"""
title = "Split Cell in the middle of the function"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["cell.joined"]
message = ["had been split"]
[[notebook]]
op = "split_cell"
cell = "alpaca_model"
line = 6
"""
