"""
title = "the weights are copied from a network that has them"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "base_model.trainable = False"
new = '''
base_model.set_weights(tf.keras.applications.MobileNetV2(input_shape=input_shape, include_top=False, weights="imagenet").get_weights())
    base_model.trainable = False'''
"""
