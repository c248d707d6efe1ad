"""
title = "the third model is junk, and what would be compared with it stops"
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

[[edit]]
cell = "fine_tuning"
old = "for layer in"
new = '''
data_augmentation = tf.keras.Sequential([tf.keras.Input((8, 8, 3)), tf.keras.layers.Flatten(), tf.keras.layers.Dense(1)])
for layer in'''
"""
# %% before alpaca_model
calls = []
