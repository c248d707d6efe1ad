"""
title = "include_top is forgotten, so that the network gives numbers and no feature maps"
kind = "habit"
fails = ["alpaca_model.input_shape"]
undecided = [
    "alpaca_model.augmentation_first",
    "alpaca_model.preprocessing",
    "alpaca_model.backbone",
    "alpaca_model.pretrained_weights",
    "alpaca_model.frozen_base",
    "alpaca_model.inference_mode",
    "alpaca_model.pooling",
    "alpaca_model.dropout",
    "alpaca_model.head",
    "alpaca_model.output_shape",
    "alpaca_model.layer_order",
    "alpaca_model.trainable_parameters",
]
state = "graded"
message = ["still has its top", "option to leave its top out"]

[[edit]]
cell = "alpaca_model"
old = '''
    base_model = tf.keras.applications.MobileNetV2(
        input_shape=input_shape, include_top=False, weights="imagenet"
    )'''
new = '''
    base_model = tf.keras.applications.MobileNetV2(input_shape=input_shape, weights="imagenet")'''
"""
