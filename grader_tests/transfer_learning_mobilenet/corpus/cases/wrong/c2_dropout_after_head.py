"""
title = "drops the model's answer"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 45, fine_tuning = 30 }
fails = ["alpaca_model.dropout"]
message = ["head"]

[[edit]]
cell = "alpaca_model"
old = "x = tf.keras.layers.Dropout(0.2)(x)"
new = ""

[[edit]]
cell = "alpaca_model"
old = "outputs = tf.keras.layers.Dense(1)(x)"
new = '''outputs = tf.keras.layers.Dense(1)(x)
    outputs = tf.keras.layers.Dropout(0.2)(outputs)'''
"""
