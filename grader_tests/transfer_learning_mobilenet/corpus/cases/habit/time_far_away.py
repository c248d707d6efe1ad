"""
title = "a timestamp.txt with a year that no calendar has"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["time.unreadable"]
[files]
"timestamp.txt" = "99999999999999999999 10:00"
"""
