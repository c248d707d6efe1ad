"""
title = "the pictures' size given to the first layer, as Keras 2 wanted it"
kind = "alternative"
fails = []
"""
# %% data_augmenter
def data_augmenter():
    return tf.keras.Sequential(
        [RandomFlip("horizontal", input_shape=IMG_SHAPE), RandomRotation(0.2)]
    )
