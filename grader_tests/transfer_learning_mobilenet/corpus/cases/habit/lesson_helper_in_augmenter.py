"""
title = "exercise 1 shows pictures with a helper that a lesson cell imports"
kind = "habit"
fails = []
state = "graded"

[[edit]]
cell = "data_augmenter"
old = "def data_augmenter"
new = '''
print(lab_figures.__name__)
def data_augmenter'''
"""
