"""
title = "an own cell imports what the grader's machine lacks, and nothing needs it"
kind = "habit"
fails = []
state = "graded"
"""
# %% before data_augmenter
import no_such_vision
