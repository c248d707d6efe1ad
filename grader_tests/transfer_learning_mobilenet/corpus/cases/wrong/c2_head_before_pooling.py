"""
title = "Dense on the features, then pooling"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 40, fine_tuning = 30 }
fails = ["alpaca_model.pooling", "alpaca_model.dropout"]
message = ["pool"]

[[edit]]
cell = "alpaca_model"
old = '''x = tf.keras.layers.GlobalAveragePooling2D()(x)
    x = tf.keras.layers.Dropout(0.2)(x)
    outputs = tf.keras.layers.Dense(1)(x)'''
new = '''x = tf.keras.layers.Dense(1)(x)
    x = tf.keras.layers.Dropout(0.2)(x)
    outputs = tf.keras.layers.GlobalAveragePooling2D()(x)'''
"""
