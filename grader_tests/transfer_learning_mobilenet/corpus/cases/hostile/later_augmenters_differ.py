"""
title = "a function whose later augmenters turn pictures upside down"
kind = "hostile"
fails = ["fine_tuning.backbone_inside_model"]
undecided = ["fine_tuning.frozen_below", "fine_tuning.trainable_above", "fine_tuning.moves_the_right_weights"]
honest = { fails = ["fine_tuning.backbone_inside_model"], undecided = ["fine_tuning.frozen_below", "fine_tuning.trainable_above", "fine_tuning.moves_the_right_weights"] }
"""
# %% data_augmenter
calls = []

def data_augmenter():
    calls.append(1)
    mode = "horizontal" if len(calls) < 4 else "vertical"
    return tf.keras.Sequential([RandomFlip(mode), RandomRotation(0.2)])
