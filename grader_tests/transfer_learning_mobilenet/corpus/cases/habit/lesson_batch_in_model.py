"""
title = "exercise 2 prints the batch of a lesson cell"
kind = "habit"
fails = []
state = "graded"

[[edit]]
cell = "alpaca_model"
old = "    input_shape ="
new = '''
    print(image_batch.shape)
    input_shape ='''
"""
