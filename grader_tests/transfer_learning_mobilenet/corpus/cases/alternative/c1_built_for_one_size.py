"""
title = "builds the augmenter for the pictures' size and looks at it"
kind = "alternative"
fails = []

[[edit]]
cell = "data_augmenter"
old = "    return augmentation"
new = '''
    augmentation.build((None, *IMG_SHAPE))
    augmentation.summary()
    return augmentation'''
"""
