"""
title = "imported classes and other variable names"
kind = "alternative"
fails = []
"""
# %% alpaca_model
from tensorflow.keras.applications import MobileNetV2
from tensorflow.keras.layers import Dense, Dropout, GlobalAveragePooling2D

def alpaca_model(image_shape=IMG_SIZE, data_augmentation=data_augmenter()):
    shape = (*image_shape, 3)
    net = MobileNetV2(input_shape=shape, include_top=False, weights="imagenet")
    net.trainable = False
    pictures = tf.keras.Input(shape)
    features = net(preprocess_input(data_augmentation(pictures)), training=False)
    pooled = Dropout(0.2)(GlobalAveragePooling2D()(features))
    return tf.keras.Model(pictures, Dense(1)(pooled))
