"""
title = "a factor for features that is zero at the notebook's size alone"
kind = "hostile"
fails = ["alpaca_model.pooling"]
undecided = ["alpaca_model.layer_order", "alpaca_model.trainable_parameters"]
honest = { fails = ["alpaca_model.pooling"], undecided = ["alpaca_model.layer_order", "alpaca_model.trainable_parameters"] }

[[edit]]
cell = "alpaca_model"
old = "x = tf.keras.layers.GlobalAveragePooling2D()(x)"
new = "x = tf.keras.layers.GlobalAveragePooling2D()(x) * (image_shape != IMG_SIZE)"
"""
