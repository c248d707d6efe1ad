"""
title = "prints and warns on the way"
kind = "alternative"
fails = []

[[edit]]
cell = "data_augmenter"
old = "return augmentation"
new = '''
import sys, warnings
    print("building the augmenter")
    print("on stderr", file=sys.stderr)
    warnings.warn("only a warning")
    return augmentation'''
"""
