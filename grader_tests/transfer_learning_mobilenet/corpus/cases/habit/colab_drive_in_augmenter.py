"""
title = "exercise 1 mounts a drive of Colab"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["left_out.module"]
message = ["'google.colab'"]

[[edit]]
cell = "data_augmenter"
old = "def data_augmenter"
new = '''
from google.colab import drive
drive.mount('/content/drive')
def data_augmenter'''
"""
