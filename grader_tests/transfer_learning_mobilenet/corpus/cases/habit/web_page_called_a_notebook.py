"""
title = "a web page whose ending is .ipynb"
kind = "habit"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "refused"
notes = ["file.not_json"]
message = ["is a web page"]
file = ""
[files]
"transfer_learning_with_mobilenet.ipynb" = "<!DOCTYPE html><html></html>"
"""
