"""
title = "a zip archive as a learning platform packs it once more"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["file.renamed"]
written = {zips = ["lab.zip", "submission_file_1.zip"]}
"""
