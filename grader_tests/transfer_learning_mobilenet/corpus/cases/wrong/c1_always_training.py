"""
title = "augments in inference, too"
kind = "wrong"
points = { data_augmenter = 19, alpaca_model = 50, fine_tuning = 30 }
fails = ["data_augmenter.identity_in_inference"]
message = ["predicting"]
"""
# %% data_augmenter
class Always(tf.keras.Sequential):
    def call(self, inputs, training=None, mask=None):
        return super().call(inputs, training=True)


def data_augmenter():
    return Always([RandomFlip("horizontal"), RandomRotation(0.2)])
