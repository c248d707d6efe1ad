"""
title = "an editor saved the notebook in UTF-16, without its mark"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["encoding.other"]
written = {encoding = "utf-16-le"}
"""
