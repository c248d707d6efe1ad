"""
title = "the notebook in a zip archive"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["file.renamed"]
message = ["in 'submission.zip'"]
written = {zips = ["submission.zip"]}
"""
