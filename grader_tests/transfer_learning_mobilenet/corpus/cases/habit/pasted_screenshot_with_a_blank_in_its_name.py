"""
title = "a pasted picture whose name has a blank"
kind = "habit"
fails = []
state = "graded"
notes = []
[[notebook]]
op = "add_cell"
cell = "test_data_augmenter"
source = "![a b.png](attachment:a b.png)"
[notebook.attachments."a b.png"]
"image/png" = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
"""
