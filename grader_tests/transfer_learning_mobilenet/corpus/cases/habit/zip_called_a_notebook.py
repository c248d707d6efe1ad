"""
title = "a zip archive whose ending was changed to .ipynb"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["file.renamed"]
written = {zips = ["transfer_learning_with_mobilenet.ipynb"]}
"""
