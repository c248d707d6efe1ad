"""
title = "the mean of largest and smallest instead of the average"
kind = "hostile"
fails = ["alpaca_model.pooling"]
undecided = ["alpaca_model.layer_order", "alpaca_model.trainable_parameters"]
honest = { fails = ["alpaca_model.pooling"], undecided = ["alpaca_model.layer_order", "alpaca_model.trainable_parameters"] }

[[edit]]
cell = "alpaca_model"
old = "x = tf.keras.layers.GlobalAveragePooling2D()(x)"
new = "x = (tf.keras.ops.max(x, axis=(1, 2)) + tf.keras.ops.min(x, axis=(1, 2))) / 2.0"
"""
