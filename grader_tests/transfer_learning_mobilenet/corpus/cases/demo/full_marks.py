"""
title = "full marks"
kind = "demo"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []
state = "graded"
"""
