"""
title = "pixels are scaled otherwise at the notebook's size, behind a layer that takes one size only"
kind = "hostile"
fails = ["alpaca_model.preprocessing"]
undecided = ["alpaca_model.layer_order"]
honest = { fails = ["alpaca_model.preprocessing"], undecided = ["alpaca_model.layer_order"] }

[[edit]]
cell = "alpaca_model"
old = "x = preprocess_input(x)"
new = '''
x = tf.keras.layers.Reshape(input_shape)(x)
    x = x / (255.0 if image_shape == IMG_SIZE else 127.5) - 1.0'''
"""
