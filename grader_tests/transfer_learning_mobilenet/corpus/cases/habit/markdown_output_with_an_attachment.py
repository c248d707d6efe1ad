"""
title = "Markdown shown by code, with a picture that is nowhere"
kind = "habit"
fails = []
state = "graded"
notes = []
"""
# %% after test_data_augmenter
from IPython.display import Markdown, display

display(Markdown("![x](attachment:x.png)"))
