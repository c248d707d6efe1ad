"""
title = "a backbone whose output is multiplied by zero"
kind = "hostile"
fails = ["alpaca_model.backbone"]
undecided = ["alpaca_model.pretrained_weights", "alpaca_model.layer_order", "alpaca_model.trainable_parameters"]
honest = { fails = ["alpaca_model.backbone"], undecided = ["alpaca_model.pretrained_weights", "alpaca_model.layer_order", "alpaca_model.trainable_parameters"] }

[[edit]]
cell = "alpaca_model"
old = "x = base_model(x, training=False)"
new = '''
base_model = tf.keras.Model(base_model.input, base_model.output * 0.0)
    base_model.trainable = False
    x = base_model(x, training=False)'''
"""
