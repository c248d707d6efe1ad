"""
title = "a test cell was copied, answers are right"
kind = "demo"
fails = []
state = "graded with repairs"

[[notebook]]
op = "copy_cell"
cell = "test_alpaca_model"
"""
