"""
title = "one thing wrong in exercise 3: the loop sets trainable = True"
kind = "demo"
fails = ["fine_tuning.frozen_below"]
undecided = ["fine_tuning.moves_the_right_weights"]
message = ["freezing"]
state = "graded"

[[edit]]
cell = "fine_tuning"
old = "layer.trainable = False"
new = "layer.trainable = True"
"""
