"""
title = "compiles the model in the function as well"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "return tf.keras.Model(inputs, outputs)"
new = '''
model = tf.keras.Model(inputs, outputs)
    model.compile("adam", tf.keras.losses.BinaryCrossentropy(from_logits=True))
    return model'''
"""
