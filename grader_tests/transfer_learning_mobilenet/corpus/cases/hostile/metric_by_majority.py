"""
title = "a metric that counts how often the more common label occurs"
kind = "hostile"
fails = ["fine_tuning.accuracy_metric"]
honest = { fails = ["fine_tuning.accuracy_metric"] }

[[edit]]
cell = "fine_tuning"
old = '["accuracy"]'
new = "[binary_accuracy]"
"""
# %% before fine_tuning
def binary_accuracy(y_true, y_pred):
    return tf.maximum(tf.reduce_mean(y_true), 1.0 - tf.reduce_mean(y_true))
