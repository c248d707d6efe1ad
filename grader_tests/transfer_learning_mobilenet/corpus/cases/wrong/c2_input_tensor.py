"""
title = "builds the backbone on the tensor (input_tensor=)"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 40, fine_tuning = 8 }
fails = ["alpaca_model.backbone"]
message = ["input_tensor"]

[[edit]]
cell = "alpaca_model"
old = '''base_model = tf.keras.applications.MobileNetV2(
        input_shape=input_shape, include_top=False, weights="imagenet"
    )'''
new = ""

[[edit]]
cell = "alpaca_model"
old = "base_model.trainable = False"
new = ""

[[edit]]
cell = "alpaca_model"
old = "x = base_model(x, training=False)"
new = '''base_model = tf.keras.applications.MobileNetV2(
        input_tensor=x, include_top=False, weights="imagenet"
    )
    base_model.trainable = False
    x = base_model.output'''
"""
