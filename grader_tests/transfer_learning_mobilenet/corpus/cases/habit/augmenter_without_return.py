"""
title = "exercise 1 forgets to return, the rest right"
kind = "habit"
fails = ["data_augmenter.sequential"]
undecided = [
    "data_augmenter.layers",
    "data_augmenter.horizontal_flip",
    "data_augmenter.rotation_range",
    "data_augmenter.random_in_training",
    "data_augmenter.identity_in_inference",
    "data_augmenter.keeps_shape",
    "data_augmenter.fresh_object",
]
state = "graded"
message = ["lab's own answer"]

[[edit]]
cell = "data_augmenter"
old = '''
    return augmentation
'''
new = ""
"""
