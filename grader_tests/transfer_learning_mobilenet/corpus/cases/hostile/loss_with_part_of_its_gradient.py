"""
title = "a loss of the right values that learns from one of the two classes alone"
kind = "hostile"
fails = ["fine_tuning.loss"]
honest = { fails = ["fine_tuning.loss"] }

[[edit]]
cell = "fine_tuning"
old = "tf.keras.losses.BinaryCrossentropy(from_logits=True)"
new = "own_loss"
"""
# %% before fine_tuning
def own_loss(y_true, y_pred):
    value = tf.keras.losses.binary_crossentropy(y_true, y_pred, from_logits=True)
    return tf.where(y_true[:, 0] > 0.5, value, tf.stop_gradient(value))
