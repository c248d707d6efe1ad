"""
title = "pools in the backbone, and by a Flatten of a max pooling too"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 46, fine_tuning = 30 }
fails = ["alpaca_model.pooling"]
message = ["pool"]

[[edit]]
cell = "alpaca_model"
old = 'weights="imagenet"'
new = 'weights="imagenet", pooling="max"'

[[edit]]
cell = "alpaca_model"
old = "x = tf.keras.layers.GlobalAveragePooling2D()(x)"
new = ""
"""
