"""
title = "only the helper files were handed in"
kind = "habit"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "refused"
notes = ["file.other"]
message = ["You handed in my_notes.txt"]
file = ""
[files]
"my_notes.txt" = "the notebook is on my other computer"
".DS_Store" = "x"
"""
