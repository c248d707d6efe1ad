"""
title = "no augmenter is there to look at a model with, and the third model is another one"
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
# %% data_augmenter
made = []

def data_augmenter():
    made.append(1)
    if len(made) == 4:
        return None
    return tf.keras.Sequential([RandomFlip("horizontal"), RandomRotation(0.2)])

# %% before alpaca_model
calls = []
