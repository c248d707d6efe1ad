"""
title = "calls the augmenter once before returning a fresh one"
kind = "alternative"
fails = []

[[edit]]
cell = "data_augmenter"
old = "return augmentation"
new = '''
augmentation.build((None, None, None, 3))
    return augmentation'''
"""
