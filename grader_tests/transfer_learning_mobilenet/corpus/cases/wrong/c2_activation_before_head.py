"""
title = "an activation between pooling and head"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 49, fine_tuning = 30 }
fails = ["alpaca_model.layer_order"]
message = ["not asked for"]

[[edit]]
cell = "alpaca_model"
old = "x = tf.keras.layers.Dropout(0.2)(x)"
new = '''x = tf.keras.layers.Activation("relu")(x)
    x = tf.keras.layers.Dropout(0.2)(x)'''
"""
