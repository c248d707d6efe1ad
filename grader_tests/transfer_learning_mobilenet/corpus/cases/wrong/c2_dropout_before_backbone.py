"""
title = "drops pixels"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 45, fine_tuning = 30 }
fails = ["alpaca_model.dropout"]
message = ["dropout"]

[[edit]]
cell = "alpaca_model"
old = "x = preprocess_input(x)"
new = '''x = preprocess_input(x)
    x = tf.keras.layers.Dropout(0.2)(x)'''

[[edit]]
cell = "alpaca_model"
old = '''Pooling2D()(x)
    x = tf.keras.layers.Dropout(0.2)(x)'''
new = "Pooling2D()(x)"
"""
