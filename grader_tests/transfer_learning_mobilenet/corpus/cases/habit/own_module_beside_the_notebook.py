"""
title = "exercise 1 imports from a file of one's own that lay beside the notebook"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["left_out.module"]
message = ["'my_layers'"]

[files]
"my_layers.py" = '''
from keras.layers import RandomFlip, RandomRotation
'''

[[edit]]
cell = "data_augmenter"
old = "def data_augmenter"
new = '''
from my_layers import RandomFlip, RandomRotation
def data_augmenter'''
"""
