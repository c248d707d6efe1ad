"""
title = "another network, too large to be built for a look, whose weights are not there"
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
state = "needs a person"
notes = ["left_out.network"]
message = ["Line 3", "judged as it is", "weights that the lab does not need"]

[[edit]]
cell = "alpaca_model"
old = '''
    base_model = tf.keras.applications.MobileNetV2(
        input_shape=input_shape, include_top=False, weights="imagenet"
    )'''
new = '''
    base_model = tf.keras.applications.ResNet101(input_shape=input_shape, include_top=False)'''
"""
