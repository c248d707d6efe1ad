"""
title = "noise instead of the augmentation"
kind = "hostile"
fails = ["alpaca_model.augmentation_first"]
undecided = ["alpaca_model.layer_order"]
advisories = ["alpaca_model.uses_argument"]
honest = { fails = ["alpaca_model.augmentation_first"], undecided = ["alpaca_model.layer_order"] }

[[edit]]
cell = "alpaca_model"
old = "x = data_augmentation(inputs)"
new = "x = tf.keras.layers.GaussianNoise(1.0)(inputs)"
"""
