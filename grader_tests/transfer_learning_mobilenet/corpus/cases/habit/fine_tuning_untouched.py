"""
title = "exercise 3 left as it was handed out"
kind = "habit"
fails = []
nothing = ["fine_tuning"]
state = "graded"
message = ["not answered"]
"""
# %% fine_tuning
# UNQ_C3
loss_function = None
optimizer = None
metrics = None

### START CODE HERE
# Write your code here
### END CODE HERE
