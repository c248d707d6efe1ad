"""
title = "the notebook saved as a Python file"
kind = "habit"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "refused"
notes = ["file.other"]
message = ["You handed in my_lab.py: a Python file"]
file = ""
[files]
"my_lab.py" = "import tensorflow as tf"
"""
