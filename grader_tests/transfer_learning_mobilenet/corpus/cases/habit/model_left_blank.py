"""
title = "exercise 2 left blank, the rest right"
kind = "habit"
fails = []
nothing = ["alpaca_model"]
state = "graded"
message = ["lab's own answer"]
"""
# %% alpaca_model
def alpaca_model(image_shape=IMG_SIZE, data_augmentation=data_augmenter()):
    input_shape = image_shape + (3,)
    inputs = outputs = None
    ...
    if outputs is None:
        return None
    return tf.keras.Model(inputs, outputs)
