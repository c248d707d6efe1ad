"""
title = "pooling with keepdims, then Flatten"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []

[[edit]]
cell = "alpaca_model"
old = "GlobalAveragePooling2D()(x)"
new = '''GlobalAveragePooling2D(keepdims=True)(x)
    x = tf.keras.layers.Flatten()(x)'''
"""
