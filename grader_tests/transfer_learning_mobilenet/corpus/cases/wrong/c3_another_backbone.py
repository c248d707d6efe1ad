"""
title = "freezes a new backbone that is not in the model"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 14 }
fails = ["fine_tuning.backbone_inside_model"]
message = ["inside"]

[[edit]]
cell = "fine_tuning"
old = "for layer in base_model.layers[:fine_tune_at]:"
new = '''base_model = tf.keras.applications.MobileNetV2(input_shape=IMG_SHAPE, include_top=False, weights="imagenet")
for layer in base_model.layers[:fine_tune_at]:'''
"""
