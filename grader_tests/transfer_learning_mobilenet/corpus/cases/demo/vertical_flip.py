"""
title = "one thing wrong in exercise 1: flips upside down"
kind = "demo"
fails = ["data_augmenter.horizontal_flip"]
message = ["vertical"]
state = "graded"

[[edit]]
cell = "data_augmenter"
old = '"horizontal"'
new = '"vertical"'
"""
