"""
title = "exercise 3 uses a number of a lesson cell in the middle"
kind = "habit"
fails = []
state = "graded"

[[edit]]
cell = "fine_tuning"
old = "loss_function = tf"
new = '''
start = initial_epochs
loss_function = tf'''
"""
