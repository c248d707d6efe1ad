"""
title = "switches the augmentation off in training"
kind = "wrong"
points = { data_augmenter = 17, alpaca_model = 50, fine_tuning = 30 }
fails = ["data_augmenter.random_in_training"]
message = ["training"]
"""
# %% data_augmenter
class Never(tf.keras.Sequential):
    def call(self, inputs, training=None, mask=None):
        return super().call(inputs, training=False)


def data_augmenter():
    return Never([RandomFlip("horizontal"), RandomRotation(0.2)])
