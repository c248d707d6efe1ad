"""
title = "a second dropout layer that drops nothing"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 49, fine_tuning = 30 }
fails = ["alpaca_model.layer_order"]
message = ["more than one dropout"]

[[edit]]
cell = "alpaca_model"
old = "x = tf.keras.layers.Dropout(0.2)(x)"
new = '''x = tf.keras.layers.Dropout(0.2)(x)
    x = tf.keras.layers.Dropout(0.0)(x)'''
"""
