"""
title = "takes pictures of another size and resizes them"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 49, fine_tuning = 30 }
fails = ["alpaca_model.layer_order"]
message = ["Resizing"]

[[edit]]
cell = "alpaca_model"
old = "x = preprocess_input(x)"
new = '''x = tf.keras.layers.Resizing(image_shape[0], image_shape[1])(x)
    x = preprocess_input(x)'''
"""
