"""
title = "ends its own process in exercise 2"
kind = "demo"
points = { data_augmenter = 20, alpaca_model = 0, fine_tuning = 0 }
fails = []
state = "graded"

[[edit]]
cell = "alpaca_model"
old = "inputs = tf"
new = '''import os; os._exit(0)
    inputs = tf'''
"""
