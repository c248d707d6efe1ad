"""
title = "mixed precision is switched on in the cell of exercise 2"
kind = "habit"
fails = []
state = "graded"

[[edit]]
cell = "alpaca_model"
old = "def alpaca"
new = '''
tf.keras.mixed_precision.set_global_policy('mixed_float16')
def alpaca'''
"""
