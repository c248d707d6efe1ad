"""
title = "a helper function, a loop and an extra cell"
kind = "alternative"
fails = []
"""
# %% before data_augmenter
def parts():
    yield RandomFlip("horizontal")
    yield RandomRotation(0.2)

# %% data_augmenter
def data_augmenter():
    model = tf.keras.Sequential()
    for part in parts():
        model.add(part)
    return model
