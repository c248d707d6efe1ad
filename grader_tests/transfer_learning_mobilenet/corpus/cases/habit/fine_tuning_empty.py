"""
title = "exercise 3 is an empty cell"
kind = "habit"
fails = []
nothing = ["fine_tuning"]
state = "graded"
message = ["not answered"]
"""
# %% fine_tuning
# UNQ_C3
