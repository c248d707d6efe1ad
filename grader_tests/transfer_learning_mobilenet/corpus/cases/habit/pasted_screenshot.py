r"""
title = "a screenshot pasted into a note"
kind = "habit"
fails = []
state = "graded"
notes = []
[[notebook]]
op = "add_cell"
cell = "test_data_augmenter"
source = "My curves:\n\n![image.png](attachment:image.png)"
[notebook.attachments."image.png"]
"image/png" = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
"""
