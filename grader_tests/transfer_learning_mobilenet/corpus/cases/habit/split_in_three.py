"""
title = "Split Cell twice in the function"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["cell.joined"]
[[notebook]]
op = "split_cell"
cell = "alpaca_model"
line = 10
[[notebook]]
op = "split_cell"
cell = "alpaca_model"
line = 6
"""
