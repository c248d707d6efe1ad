"""
title = "quotation marks from a word processor in exercise 1"
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
message = ["line 3", "U+201C", "left double quotation mark"]

[[edit]]
cell = "data_augmenter"
old = '"horizontal"'
new = "“horizontal”"
"""
