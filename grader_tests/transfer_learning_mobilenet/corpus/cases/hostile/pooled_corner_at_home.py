"""
title = "at the notebook's size a corner of the features is averaged"
kind = "hostile"
fails = ["alpaca_model.pooling"]
undecided = ["alpaca_model.layer_order", "alpaca_model.trainable_parameters"]
honest = { fails = ["alpaca_model.pooling"], undecided = ["alpaca_model.layer_order", "alpaca_model.trainable_parameters"] }

[[edit]]
cell = "alpaca_model"
old = "x = tf.keras.layers.GlobalAveragePooling2D()(x)"
new = '''
side = 1 if image_shape == IMG_SIZE else 99
    x = tf.keras.ops.mean(x[:, :side, :side], axis=(1, 2))'''
"""
