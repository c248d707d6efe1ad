"""
title = "the metric as a function of the same name that cuts at zero"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = '''
metrics = ["accuracy"]'''
new = '''
def binary_accuracy(labels, logits):
    return tf.keras.metrics.binary_accuracy(labels, logits, threshold=0.0)
metrics = [binary_accuracy]'''
"""
