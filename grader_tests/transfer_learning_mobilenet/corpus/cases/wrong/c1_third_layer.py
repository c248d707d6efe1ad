"""
title = "a zoom besides the two layers asked for"
kind = "wrong"
points = { data_augmenter = 16, alpaca_model = 50, fine_tuning = 30 }
fails = ["data_augmenter.layers"]
message = ["two"]

[[edit]]
cell = "data_augmenter"
old = "augmentation.add(RandomRotation(0.2))"
new = '''augmentation.add(RandomRotation(0.2))
    augmentation.add(tf.keras.layers.RandomZoom(0.1))'''
"""
