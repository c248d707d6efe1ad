"""
title = "a browser counted the second download behind the ending"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["file.renamed"]
file = "transfer_learning_with_mobilenet.ipynb (1)"
"""
