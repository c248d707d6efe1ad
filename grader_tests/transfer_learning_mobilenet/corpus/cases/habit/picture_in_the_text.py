"""
title = "a picture that Colab keeps inside the text of a note"
kind = "habit"
fails = []
state = "graded"
notes = []
[[notebook]]
op = "add_cell"
cell = "test_data_augmenter"
source = "![](data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==)"
"""
