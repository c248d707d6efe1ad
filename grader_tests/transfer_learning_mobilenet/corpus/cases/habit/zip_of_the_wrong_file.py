"""
title = "a zip archive without a notebook in it"
kind = "habit"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "refused"
notes = ["file.archive"]
message = ["You handed in submission.zip", "no notebook in it"]
file = "my_lab.py"
written = {zips = ["submission.zip"]}
"""
