r"""
title = "zeros after the end of the file, as after a crash"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["file.trailing"]
written = {tail = "\u0000\u0000\u0000\u0000"}
"""
