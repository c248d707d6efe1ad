"""
title = "keeps the batch normalization above frozen, too"
kind = "alternative"
fails = []
advisories = ["fine_tuning.batch_normalization"]

[[edit]]
cell = "fine_tuning"
old = '''
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False'''
new = '''
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False
for layer in base_model.layers[fine_tune_at:]:
    if isinstance(layer, tf.keras.layers.BatchNormalization):
        layer.trainable = False'''
"""
