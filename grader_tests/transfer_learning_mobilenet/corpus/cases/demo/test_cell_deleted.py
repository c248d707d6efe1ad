"""
title = "a test cell is missing, answers are right"
kind = "demo"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []
state = "graded with repairs"

[[notebook]]
op = "delete_cell"
cell = "test_fine_tuning"
"""
