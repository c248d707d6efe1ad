"""
title = "a mail program added .txt"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["file.renamed"]
file = "transfer_learning_with_mobilenet.ipynb.txt"
"""
