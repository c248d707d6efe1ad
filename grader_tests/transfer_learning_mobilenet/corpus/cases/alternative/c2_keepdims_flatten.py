"""
title = "pooling with keepdims, then Flatten"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "GlobalAveragePooling2D()(x)"
new = '''
GlobalAveragePooling2D(keepdims=True)(x)
    x = tf.keras.layers.Flatten()(x)'''
"""
