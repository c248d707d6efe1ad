"""
title = "input() in the first line of exercise 2"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["left_out.keyboard"]
message = ["waits for the keyboard"]

[[edit]]
cell = "alpaca_model"
old = "def alpaca"
new = '''
n = input("epochs? ")
def alpaca'''
"""
