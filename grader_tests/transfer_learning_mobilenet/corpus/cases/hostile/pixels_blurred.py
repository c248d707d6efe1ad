"""
title = "pixels are scaled and blurred"
kind = "hostile"
fails = ["alpaca_model.preprocessing"]
undecided = ["alpaca_model.layer_order"]
honest = { fails = ["alpaca_model.preprocessing"], undecided = ["alpaca_model.layer_order"] }

[[edit]]
cell = "alpaca_model"
old = "x = preprocess_input(x)"
new = '''
x = preprocess_input(x)
    x = tf.keras.layers.AveragePooling2D(9, strides=1, padding="same")(x)'''
"""
