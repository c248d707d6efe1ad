"""
title = "a zoom stands where the flip belongs"
kind = "wrong"
points = { data_augmenter = 12, alpaca_model = 50, fine_tuning = 30 }
fails = ["data_augmenter.layers"]
message = ["RandomZoom"]

[[edit]]
cell = "data_augmenter"
old = 'augmentation.add(RandomFlip("horizontal"))'
new = "augmentation.add(tf.keras.layers.RandomZoom(0.2))"
"""
