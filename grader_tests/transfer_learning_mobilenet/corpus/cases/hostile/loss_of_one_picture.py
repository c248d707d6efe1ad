"""
title = "a loss that is right for a batch of one picture only"
kind = "hostile"
fails = ["fine_tuning.loss"]
honest = { fails = ["fine_tuning.loss"] }

[[edit]]
cell = "fine_tuning"
old = "tf.keras.losses.BinaryCrossentropy(from_logits=True)"
new = "one_picture"
"""
# %% before fine_tuning
def one_picture(y_true, y_pred):
    return tf.keras.losses.binary_crossentropy(y_true[:1], y_pred[:1], from_logits=True)
