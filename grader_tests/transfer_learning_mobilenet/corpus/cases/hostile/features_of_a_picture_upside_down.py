"""
title = "a backbone that turns pictures upside down inside"
kind = "hostile"
fails = ["alpaca_model.preprocessing"]
undecided = ["alpaca_model.layer_order"]
honest = { fails = ["alpaca_model.preprocessing"], undecided = ["alpaca_model.layer_order"] }

[[edit]]
cell = "alpaca_model"
old = "x = base_model(x, training=False)"
new = '''
turned = tf.keras.Input(input_shape)
    base_model = tf.keras.Model(turned, base_model(turned[:, ::-1], training=False))
    base_model.trainable = False
    x = base_model(x, training=False)'''
"""
