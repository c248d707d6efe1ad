"""
title = "calls the augmenter once before returning a fresh one"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []

[[edit]]
cell = "data_augmenter"
old = "return augmentation"
new = '''augmentation.build((None, None, None, 3))
    return augmentation'''
"""
