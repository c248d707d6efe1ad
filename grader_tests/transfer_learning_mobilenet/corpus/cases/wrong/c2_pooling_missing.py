"""
title = "the pooling is missing"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 42, fine_tuning = 28 }
fails = ["alpaca_model.pooling", "alpaca_model.output_shape"]
message = ["pool"]

[[edit]]
cell = "alpaca_model"
old = "x = tf.keras.layers.GlobalAveragePooling2D()(x)"
new = ""
"""
