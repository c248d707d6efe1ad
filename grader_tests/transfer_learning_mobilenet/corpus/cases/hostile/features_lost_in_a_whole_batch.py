"""
title = "features of a batch as large as the notebook's are multiplied by zero"
kind = "hostile"
fails = ["alpaca_model.pooling"]
undecided = ["alpaca_model.layer_order", "alpaca_model.trainable_parameters"]
honest = { fails = ["alpaca_model.pooling"], undecided = ["alpaca_model.layer_order", "alpaca_model.trainable_parameters"] }

[[edit]]
cell = "alpaca_model"
old = "x = tf.keras.layers.GlobalAveragePooling2D()(x)"
new = '''
x = tf.keras.layers.GlobalAveragePooling2D()(x)
    count = tf.keras.ops.sum(tf.keras.ops.ones_like(x[:, 0]))
    x = x * tf.keras.ops.cast(count < 31.0, 'float32')'''
"""
