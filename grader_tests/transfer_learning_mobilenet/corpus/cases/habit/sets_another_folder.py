"""
title = "the working folder is changed at the top"
kind = "habit"
fails = []
state = "graded"
"""
# %% before packages
import os
os.chdir('/tmp')
