"""
title = "drops whole feature maps before they are pooled, which is the same"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "x = tf.keras.layers.GlobalAveragePooling2D()(x)"
new = '''
x = tf.keras.layers.SpatialDropout2D(0.2)(x)
    x = tf.keras.layers.GlobalAveragePooling2D()(x)'''

[[edit]]
cell = "alpaca_model"
old = "x = tf.keras.layers.Dropout(0.2)(x)"
new = ""
"""
