"""
title = "a whole notebook under the name of a download"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["file.renamed"]
file = "transfer_learning_with_mobilenet.ipynb.crdownload"
"""
