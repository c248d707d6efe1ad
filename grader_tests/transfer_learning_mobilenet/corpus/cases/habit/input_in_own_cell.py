"""
title = "input() in a cell of one's own"
kind = "habit"
fails = []
state = "graded"
"""
# %% before fine_tuning
epochs = int(input("How many epochs? "))
