"""
title = "a test cell was copied, answers are right"
kind = "demo"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []
state = "graded with repairs"

[[notebook]]
op = "copy_cell"
cell = "test_alpaca_model"
"""
