"""
title = "a pool as large as the map, flattened"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "x = tf.keras.layers.GlobalAveragePooling2D()(x)"
new = '''
x = tf.keras.layers.AveragePooling2D(x.shape[1:3])(x)
    x = tf.keras.layers.Flatten()(x)'''
"""
