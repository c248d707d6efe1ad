"""
title = "the loop that freezes begins behind the input layer, which has no weights"
kind = "habit"
fails = []
state = "graded"

[[edit]]
cell = "fine_tuning"
old = "base_model.layers[:fine_tune_at]"
new = "base_model.layers[1:fine_tune_at]"
"""
