"""
title = "the root of the mean square instead of the average"
kind = "hostile"
fails = ["alpaca_model.pooling"]
undecided = ["alpaca_model.layer_order", "alpaca_model.trainable_parameters"]
honest = { fails = ["alpaca_model.pooling"], undecided = ["alpaca_model.layer_order", "alpaca_model.trainable_parameters"] }

[[edit]]
cell = "alpaca_model"
old = "x = tf.keras.layers.GlobalAveragePooling2D()(x)"
new = "x = tf.keras.ops.sqrt(tf.keras.ops.mean(tf.keras.ops.square(x), axis=(1, 2)))"
"""
