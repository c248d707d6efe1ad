r"""
title = "the end of a longer, older version behind the notebook"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["file.trailing"]
written = {tail = '"metadata": {}, "nbformat": 4}'}
"""
