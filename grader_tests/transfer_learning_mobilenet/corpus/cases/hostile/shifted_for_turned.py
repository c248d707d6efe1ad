"""
title = "a rotation that shifts pictures to one side"
kind = "hostile"
fails = ["data_augmenter.rotation_range", "data_augmenter.random_in_training"]
undecided = ["data_augmenter.identity_in_inference"]
honest = { fails = ["data_augmenter.rotation_range", "data_augmenter.random_in_training"], undecided = ["data_augmenter.identity_in_inference"] }
state = "needs a person"
"""
# %% data_augmenter
class Shift(RandomRotation):
    def call(self, images, training=True):
        return tf.roll(images, 3, axis=2) if training else images

def data_augmenter():
    return tf.keras.Sequential([RandomFlip("horizontal"), Shift(0.2)])
