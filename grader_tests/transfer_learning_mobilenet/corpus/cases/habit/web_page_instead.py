"""
title = "the notebook saved as a web page"
kind = "habit"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "refused"
notes = ["file.other"]
message = ["transfer_learning_with_mobilenet.html: a web page"]
file = ""
[files]
"transfer_learning_with_mobilenet.html" = "<html></html>"
"""
