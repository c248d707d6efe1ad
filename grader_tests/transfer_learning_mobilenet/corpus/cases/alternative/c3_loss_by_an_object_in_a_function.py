"""
title = "a loss function that asks a loss object"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = "loss_function = tf.keras.losses.BinaryCrossentropy(from_logits=True)"
new = '''
entropy = tf.keras.losses.BinaryCrossentropy(from_logits=True)
def loss_function(labels, logits):
    return entropy(labels, logits)'''
"""
