"""
title = "Colab dropped ids and metadata of all cells"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["cell.metadata", "cell.recovered", "notebook.old_format"]
[[notebook]]
op = "drop_metadata"
cell = "*"
[written.replace]
'"nbformat_minor": 5' = '"nbformat_minor": 0'
'"id": ' = '"was": '
"""
