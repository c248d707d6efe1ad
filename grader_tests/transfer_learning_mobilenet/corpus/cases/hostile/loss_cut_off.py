"""
title = "a loss that is right up to logits of 5"
kind = "hostile"
fails = ["fine_tuning.loss"]
honest = { fails = ["fine_tuning.loss"] }

[[edit]]
cell = "fine_tuning"
old = "tf.keras.losses.BinaryCrossentropy(from_logits=True)"
new = "cut_off"
"""
# %% before fine_tuning
def cut_off(y_true, y_pred):
    near = tf.clip_by_value(y_pred, -5.0, 5.0)
    return tf.keras.losses.binary_crossentropy(y_true, near, from_logits=True)
