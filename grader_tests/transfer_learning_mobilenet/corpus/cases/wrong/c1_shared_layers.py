"""
title = "a fresh Sequential around layers that all calls share"
kind = "wrong"
points = { data_augmenter = 18, alpaca_model = 50, fine_tuning = 30 }
fails = ["data_augmenter.fresh_object"]
message = ["new"]
"""
# %% data_augmenter
flip, rotation = RandomFlip("horizontal"), RandomRotation(0.2)


def data_augmenter():
    return tf.keras.Sequential([flip, rotation])
