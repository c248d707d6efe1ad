"""
title = "a metric that is called binary_accuracy and always says 1"
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
    return tf.ones_like(y_pred[:, 0])
