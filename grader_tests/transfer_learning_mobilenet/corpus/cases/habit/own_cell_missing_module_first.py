"""
title = "an own cell imports what the grader's machine lacks, and then what exercise 1 needs"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["left_out.module"]
message = ["'no_such_vision'"]

[[edit]]
cell = "data_augmenter"
old = "RandomFlip("
new = "layers.RandomFlip("

[[edit]]
cell = "data_augmenter"
old = "RandomRotation("
new = "layers.RandomRotation("
"""
# %% before data_augmenter
import no_such_vision
from tensorflow.keras import layers
