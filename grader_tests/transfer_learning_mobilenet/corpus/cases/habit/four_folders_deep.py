"""
title = "the notebook lies four folders deep"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["file.renamed"]
file = "home/zoe/course/lab/transfer_learning_with_mobilenet.ipynb"
"""
