"""
title = "an answer that was copied with the marks that set code apart"
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
message = ["line 1", "three backticks"]

[[edit]]
cell = "data_augmenter"
old = "def data_augmenter():"
new = '''
```python
def data_augmenter():'''

[[edit]]
cell = "data_augmenter"
old = "    return augmentation"
new = '''
    return augmentation
```'''
"""
