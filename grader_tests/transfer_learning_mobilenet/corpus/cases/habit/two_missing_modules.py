"""
title = "exercise 3 begins with two imports that the grader's machine lacks"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["left_out.module"]
message = ["'no_such_plots'", "'no_such_scores'"]

[[edit]]
cell = "fine_tuning"
old = "for layer in base_model.layers[:fine_tune_at]:"
new = '''
import no_such_plots as sns
from no_such_scores.metrics import confusion_matrix
for layer in base_model.layers[:fine_tune_at]:'''
"""
