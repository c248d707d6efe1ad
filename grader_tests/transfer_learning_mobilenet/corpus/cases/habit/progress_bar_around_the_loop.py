"""
title = "exercise 3 loops with a progress bar that the grader's machine lacks"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["left_out.module"]
message = ["'no_such_bar'"]

[[edit]]
cell = "fine_tuning"
old = "for layer in base_model.layers[:fine_tune_at]:"
new = '''
from no_such_bar import bar
for layer in bar(base_model.layers[:fine_tune_at]):'''
"""
