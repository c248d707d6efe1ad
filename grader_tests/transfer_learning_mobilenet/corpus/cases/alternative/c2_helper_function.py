"""
title = "the head from a helper function in an extra cell"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = '''
x = tf.keras.layers.GlobalAveragePooling2D()(x)
    x = tf.keras.layers.Dropout(0.2)(x)
    outputs = tf.keras.layers.Dense(1)(x)'''
new = "outputs = head(x)"
"""
# %% before alpaca_model
def head(x):
    x = tf.keras.layers.GlobalAveragePooling2D()(x)
    x = tf.keras.layers.Dropout(0.2)(x)
    return tf.keras.layers.Dense(1)(x)
