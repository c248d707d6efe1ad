"""
title = "the augmentation inside a functional model"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "x = data_augmentation(inputs)"
new = '''
pictures = tf.keras.Input(input_shape)
    x = tf.keras.Model(pictures, data_augmentation(pictures))(inputs)'''
"""
