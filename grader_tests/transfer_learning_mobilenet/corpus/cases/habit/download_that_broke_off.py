"""
title = "the download had not ended when it was handed in"
kind = "habit"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "refused"
notes = ["file.not_json"]
message = ["crdownload", "not finished"]
file = ""
[files]
"transfer_learning_with_mobilenet.ipynb.crdownload" = '{"cells": [{"cell_type": "code", "source": ["import'
"""
