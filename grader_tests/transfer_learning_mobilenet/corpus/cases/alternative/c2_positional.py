"""
title = "positions everywhere they are allowed"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = '''
base_model = tf.keras.applications.MobileNetV2(
        input_shape=input_shape, include_top=False, weights="imagenet"
    )'''
new = 'base_model = tf.keras.applications.MobileNetV2(input_shape, 1.0, False, "imagenet")'

[[edit]]
cell = "alpaca_model"
old = "Input(shape=input_shape)"
new = "Input(input_shape)"
"""
