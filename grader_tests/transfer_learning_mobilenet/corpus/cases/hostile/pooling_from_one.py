"""
title = "the average of what is at least 1"
kind = "hostile"
fails = ["alpaca_model.pooling"]
undecided = ["alpaca_model.layer_order", "alpaca_model.trainable_parameters"]
honest = { fails = ["alpaca_model.pooling"], undecided = ["alpaca_model.layer_order", "alpaca_model.trainable_parameters"] }

[[edit]]
cell = "alpaca_model"
old = "x = base_model(x, training=False)"
new = '''
x = base_model(x, training=False)
    x = tf.keras.ops.maximum(x, 1.0)'''
"""
