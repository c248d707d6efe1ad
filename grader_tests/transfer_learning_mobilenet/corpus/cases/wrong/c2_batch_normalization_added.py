"""
title = "a batch normalization before the head"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 40, fine_tuning = 30 }
fails = ["alpaca_model.head", "alpaca_model.dropout"]
message = ["layers with weights"]

[[edit]]
cell = "alpaca_model"
old = "x = tf.keras.layers.Dropout(0.2)(x)"
new = '''x = tf.keras.layers.BatchNormalization()(x)
    x = tf.keras.layers.Dropout(0.2)(x)'''
"""
