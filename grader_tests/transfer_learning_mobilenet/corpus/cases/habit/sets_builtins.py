"""
title = "an own cell gives builtins other meanings"
kind = "habit"
fails = []
state = "graded"
"""
# %% before fine_tuning
display = print; print = None; list = [1]; str = 'x'; type = 3; range = 5; len = 2
