"""
title = "rescales the pixels besides augmenting"
kind = "wrong"
points = { data_augmenter = 15, alpaca_model = 50, fine_tuning = 30 }
fails = ["data_augmenter.layers", "data_augmenter.identity_in_inference"]
message = ["two"]

[[edit]]
cell = "data_augmenter"
old = "augmentation.add(RandomRotation(0.2))"
new = '''augmentation.add(RandomRotation(0.2))
    augmentation.add(tf.keras.layers.Rescaling(1 / 255))'''
"""
