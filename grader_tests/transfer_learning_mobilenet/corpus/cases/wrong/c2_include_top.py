"""
title = "keeps the classifier of ImageNet"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 34, fine_tuning = 30 }
fails = ["alpaca_model.backbone"]
message = ["top"]

[[edit]]
cell = "alpaca_model"
old = 'include_top=False, weights="imagenet"'
new = "include_top=True, weights=None"

[[edit]]
cell = "alpaca_model"
old = "x = tf.keras.layers.GlobalAveragePooling2D()(x)"
new = ""
"""
