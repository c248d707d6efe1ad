"""
title = "the line that restarts Colab's kernel, in a cell at the top"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["own_cell.left_out"]
message = ["ended Python", "import os"]
"""
# %% before packages
import os
os.kill(os.getpid(), 9)
