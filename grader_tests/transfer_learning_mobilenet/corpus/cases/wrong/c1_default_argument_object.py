"""
title = "makes the augmenter once, in a default argument"
kind = "wrong"
points = { data_augmenter = 18, alpaca_model = 50, fine_tuning = 30 }
fails = ["data_augmenter.fresh_object"]
message = ["new"]
"""
# %% data_augmenter
def data_augmenter(augmentation=tf.keras.Sequential([RandomFlip("horizontal"), RandomRotation(0.2)])):
    return augmentation
