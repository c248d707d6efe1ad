"""
title = "the cell emptied, and its answer in a new one before it"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["cell.recovered"]
[[notebook]]
op = "edit_source"
cell = "data_augmenter"
source = ""
"""
# %% before data_augmenter
def data_augmenter():
    augmentation = tf.keras.Sequential()
    augmentation.add(RandomFlip("horizontal"))
    augmentation.add(RandomRotation(0.2))
    return augmentation
