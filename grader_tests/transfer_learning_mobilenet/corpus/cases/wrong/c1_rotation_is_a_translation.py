"""
title = "a shift stands where the rotation belongs"
kind = "wrong"
points = { data_augmenter = 12, alpaca_model = 50, fine_tuning = 30 }
fails = ["data_augmenter.layers"]
message = ["RandomTranslation"]

[[edit]]
cell = "data_augmenter"
old = "augmentation.add(RandomRotation(0.2))"
new = "augmentation.add(tf.keras.layers.RandomTranslation(0.2, 0.2))"
"""
