"""
title = "exercise 1 begins with empty lines and an import that the grader's machine lacks"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["left_out.module"]
message = ["Line 3", "'no_such_frames'"]

[[edit]]
cell = "data_augmenter"
old = "def data_augmenter"
new = '''


import no_such_frames as nf
def data_augmenter'''
"""
