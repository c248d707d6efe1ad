"""
title = "a cell that only says where the answer is"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["cell.recovered"]
"""
# %% data_augmenter
print("see below")

# %% after test_data_augmenter
def data_augmenter():
    augmentation = tf.keras.Sequential()
    augmentation.add(RandomFlip("horizontal"))
    augmentation.add(RandomRotation(0.2))
    return augmentation
