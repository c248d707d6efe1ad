"""
title = "an empty hand-in"
kind = "demo"
points = { data_augmenter = 0, alpaca_model = 0, fine_tuning = 0 }
fails = []
start = "release"
state = "graded"
"""
