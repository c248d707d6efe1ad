"""
title = "an empty hand-in"
kind = "demo"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
start = "release"
state = "graded"
"""
