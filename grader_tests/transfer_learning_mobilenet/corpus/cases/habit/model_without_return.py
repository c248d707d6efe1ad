"""
title = "exercise 2 forgets to return, the rest right"
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
message = ["lab's own answer"]

[[edit]]
cell = "alpaca_model"
old = '''
    return tf.keras.Model(inputs, outputs)
'''
new = '''
    model = tf.keras.Model(inputs, outputs)
'''
"""
