"""
title = "a function that gives the right model twice and another one after that"
kind = "hostile"
fails = ["fine_tuning.backbone_inside_model"]
undecided = ["fine_tuning.frozen_below", "fine_tuning.trainable_above", "fine_tuning.moves_the_right_weights"]
honest = { fails = ["fine_tuning.backbone_inside_model"], undecided = ["fine_tuning.frozen_below", "fine_tuning.trainable_above", "fine_tuning.moves_the_right_weights"] }

[[edit]]
cell = "alpaca_model"
old = "x = tf.keras.layers.Dropout(0.2)(x)"
new = '''
calls.append(image_shape)
    if len(calls) < 3:
        x = tf.keras.layers.Dropout(0.2)(x)'''
"""
# %% before alpaca_model
calls = []
