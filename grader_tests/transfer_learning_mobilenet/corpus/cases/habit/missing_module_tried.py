"""
title = "exercise 1 tries an import and goes on without it"
kind = "habit"
fails = []
state = "graded"

[[edit]]
cell = "data_augmenter"
old = "def data_augmenter"
new = '''
try:
    import no_such_vision
except ImportError:
    no_such_vision = None
def data_augmenter'''
"""
