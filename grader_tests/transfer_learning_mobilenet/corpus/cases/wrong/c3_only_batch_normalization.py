"""
title = "freezes only the batch normalization layers"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 22 }
fails = ["fine_tuning.frozen_below"]
message = ["frozen"]

[[edit]]
cell = "fine_tuning"
old = "    layer.trainable = False"
new = '''    if isinstance(layer, tf.keras.layers.BatchNormalization):
        layer.trainable = False'''
"""
