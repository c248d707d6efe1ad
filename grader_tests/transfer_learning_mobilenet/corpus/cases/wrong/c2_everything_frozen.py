"""
title = "freezes the whole model, the head included"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 49, fine_tuning = 23 }
fails = ["alpaca_model.trainable_parameters"]
message = ["head"]

[[edit]]
cell = "alpaca_model"
old = "return tf.keras.Model(inputs, outputs)"
new = '''model = tf.keras.Model(inputs, outputs)
    model.trainable = False
    return model'''
"""
