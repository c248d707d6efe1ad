"""
title = "resizes besides augmenting"
kind = "wrong"
points = { data_augmenter = 12, alpaca_model = 50, fine_tuning = 0 }
fails = ["data_augmenter.layers", "data_augmenter.random_in_training", "data_augmenter.keeps_shape"]
message = ["two"]

[[edit]]
cell = "data_augmenter"
old = "augmentation.add(RandomRotation(0.2))"
new = '''augmentation.add(RandomRotation(0.2))
    augmentation.add(tf.keras.layers.Resizing(96, 96))'''
"""
