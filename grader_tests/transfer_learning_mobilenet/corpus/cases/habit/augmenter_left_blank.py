"""
title = "exercise 1 left blank, the rest right"
kind = "habit"
fails = []
nothing = ["data_augmenter"]
state = "graded"
message = ["lab's own answer"]
"""
# %% data_augmenter
def data_augmenter():
    data_augmentation = None
    # Write your code here
    return data_augmentation
