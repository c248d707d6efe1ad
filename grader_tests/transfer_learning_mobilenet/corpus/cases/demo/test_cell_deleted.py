"""
title = "a test cell is missing, answers are right"
kind = "demo"
fails = []
state = "graded with repairs"

[[notebook]]
op = "delete_cell"
cell = "test_fine_tuning"
"""
