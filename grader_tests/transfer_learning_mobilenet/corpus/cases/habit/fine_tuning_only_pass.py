"""
title = "exercise 3 holds pass and a comment"
kind = "habit"
fails = []
nothing = ["fine_tuning"]
state = "graded"
message = ["not answered"]
"""
# %% fine_tuning
# UNQ_C3
# I did not get this far
pass
