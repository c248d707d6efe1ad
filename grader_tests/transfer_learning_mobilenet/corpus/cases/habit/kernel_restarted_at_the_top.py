"""
title = "the line that restarts Colab's kernel, in a cell at the top"
kind = "habit"
fails = []
state = "graded"
notes = []
"""
# %% before packages
import os
os.kill(os.getpid(), 9)
