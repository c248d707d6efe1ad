"""
title = "notes of their own between the cells, one of them raw"
kind = "habit"
fails = []
state = "graded"
notes = []
[[notebook]]
op = "add_cell"
cell = "test_data_augmenter"
source = "I tried 0.2 and 0.3."
[[notebook]]
op = "add_cell"
cell = "constants"
kind = "raw"
source = "raw text"
"""
