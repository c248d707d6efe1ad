"""
title = "ends its own process in exercise 2"
kind = "demo"
fails = []
nothing = ["alpaca_model", "fine_tuning"]
state = "needs a person"

[[edit]]
cell = "alpaca_model"
old = "inputs = tf"
new = '''
import os; os._exit(0)
    inputs = tf'''
"""
