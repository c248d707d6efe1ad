"""
title = "a note with a picture that did not come along"
kind = "habit"
fails = []
state = "graded"
notes = []
[[notebook]]
op = "add_cell"
cell = "test_data_augmenter"
source = "![image.png](attachment:image.png)"
"""
