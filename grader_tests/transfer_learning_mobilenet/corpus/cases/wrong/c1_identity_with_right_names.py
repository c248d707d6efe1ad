"""
title = "layers that do nothing, named like the right ones"
kind = "wrong"
points = { data_augmenter = 5, alpaca_model = 50, fine_tuning = 30 }
fails = ["data_augmenter.layers", "data_augmenter.random_in_training"]
message = ["RandomFlip"]

[[edit]]
cell = "data_augmenter"
old = 'augmentation.add(RandomFlip("horizontal"))'
new = 'augmentation.add(tf.keras.layers.Identity(name="random_flip"))'

[[edit]]
cell = "data_augmenter"
old = "augmentation.add(RandomRotation(0.2))"
new = 'augmentation.add(tf.keras.layers.Identity(name="random_rotation"))'
"""
