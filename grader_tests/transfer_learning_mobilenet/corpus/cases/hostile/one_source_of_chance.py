"""
title = "two augmenters that share one source of random numbers"
kind = "hostile"
fails = ["data_augmenter.fresh_object"]
honest = { fails = ["data_augmenter.fresh_object"] }
state = "needs a person"
"""
# %% data_augmenter
shared = tf.keras.random.SeedGenerator(1)

def data_augmenter():
    data_augmentation = tf.keras.Sequential([RandomFlip("horizontal"), RandomRotation(0.2)])
    for layer in data_augmentation.layers:
        layer.generator = shared
    return data_augmentation
