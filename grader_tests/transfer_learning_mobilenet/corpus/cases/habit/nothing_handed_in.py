"""
title = "a folder with nothing but what the system writes"
kind = "habit"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "refused"
notes = ["file.missing"]
message = ["No notebook was handed in"]
file = ""
[files]
".DS_Store" = "x"
"""
