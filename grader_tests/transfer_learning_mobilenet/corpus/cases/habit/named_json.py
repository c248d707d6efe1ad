"""
title = "a browser called the notebook .json"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["file.renamed"]
file = "transfer_learning_with_mobilenet.json"
"""
