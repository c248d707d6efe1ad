"""
title = "tags the test cells to be skipped; exercise 3 is wrong"
kind = "demo"
fails = ["fine_tuning.optimizer"]
message = ["Adam"]
state = "graded with repairs"

[[edit]]
cell = "fine_tuning"
old = "optimizers.Adam"
new = "optimizers.SGD"

[[notebook]]
op = "tag_cell"
cell = "test_data_augmenter"
tags = ["skip-execution"]

[[notebook]]
op = "tag_cell"
cell = "test_alpaca_model"
tags = ["skip-execution"]

[[notebook]]
op = "tag_cell"
cell = "test_fine_tuning"
tags = ["skip-execution"]
"""
