"""
title = "prints the summary and writes to stderr"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "return tf.keras.Model(inputs, outputs)"
new = '''
import os
    model = tf.keras.Model(inputs, outputs)
    model.summary()
    os.write(2, b"noise on fd 2")
    return model'''
"""
