"""
title = "the older course: no metadata, no tests, and something not right"
kind = "habit"
fails = ["data_augmenter.rotation_range"]
state = "needs a person"
notes = ["cell.metadata", "cell.missing", "lab.version"]
message = ["older lab"]
[[edit]]
cell = "data_augmenter"
old = "0.2"
new = "0.4"
[[notebook]]
op = "delete_cell"
cell = "test_data_augmenter"
[[notebook]]
op = "delete_cell"
cell = "test_alpaca_model"
[[notebook]]
op = "delete_cell"
cell = "test_fine_tuning"
[[notebook]]
op = "drop_metadata"
cell = "*"
"""
