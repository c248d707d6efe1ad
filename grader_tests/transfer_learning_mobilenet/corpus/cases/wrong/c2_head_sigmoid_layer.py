"""
title = "a sigmoid as a layer of its own after the head"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 44, fine_tuning = 30 }
fails = ["alpaca_model.head"]
advisories = ["alpaca_model.logits"]
message = ["sigmoid"]

[[edit]]
cell = "alpaca_model"
old = "outputs = tf.keras.layers.Dense(1)(x)"
new = '''outputs = tf.keras.layers.Dense(1)(x)
    outputs = tf.keras.layers.Activation("sigmoid")(outputs)'''
"""
