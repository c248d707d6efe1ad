"""
title = "%%timeit at the top of exercise 1, the rest right"
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
message = ["%%timeit", "keeps nothing", "lab's own answer"]

[[edit]]
cell = "data_augmenter"
old = "def data_augmenter"
new = '''
%%timeit -n1 -r1
def data_augmenter'''
"""
