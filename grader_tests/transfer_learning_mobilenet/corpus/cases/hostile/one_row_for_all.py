"""
title = "each pixel becomes the mean of its column"
kind = "hostile"
fails = ["alpaca_model.augmentation_first", "alpaca_model.preprocessing"]
undecided = ["alpaca_model.layer_order"]
honest = { fails = ["alpaca_model.augmentation_first", "alpaca_model.preprocessing"], undecided = ["alpaca_model.layer_order"] }

[[edit]]
cell = "alpaca_model"
old = "x = preprocess_input(x)"
new = '''
x = preprocess_input(x)
    x = x * 0.0 + tf.keras.ops.mean(x, axis=1, keepdims=True)'''
"""
