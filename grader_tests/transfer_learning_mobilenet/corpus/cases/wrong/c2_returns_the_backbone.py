"""
title = "returns the backbone"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 15, fine_tuning = 8 }
fails = ["alpaca_model.augmentation_first", "alpaca_model.preprocessing", "alpaca_model.backbone", "alpaca_model.head"]
advisories = ["alpaca_model.uses_argument"]
message = ["augment"]

[[edit]]
cell = "alpaca_model"
old = "return tf.keras.Model(inputs, outputs)"
new = "return base_model"
"""
