"""
title = "a dot copied from a PDF in exercise 1"
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
message = ["line 4", "U+2024"]

[[edit]]
cell = "data_augmenter"
old = "0.2"
new = "0․2"
"""
