"""
title = "exercise 3 counts by hand in a progress bar that the grader's machine lacks"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["left_out.module"]
message = ["'no_such_bar'"]

[[edit]]
cell = "fine_tuning"
old = '''
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False
'''
new = '''
from no_such_bar import bar
with bar(total=fine_tune_at) as shown:
    for layer in base_model.layers[:fine_tune_at]:
        layer.trainable = False
        shown.update(1)
'''
"""
