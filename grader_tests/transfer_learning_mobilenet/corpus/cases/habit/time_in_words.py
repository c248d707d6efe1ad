"""
title = "a timestamp.txt written by hand"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["time.unreadable"]
message = ["timestamp.txt"]
[files]
"timestamp.txt" = "yesterday evening"
"""
