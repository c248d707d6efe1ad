"""
title = "finds the backbone again by itself"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = '''
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False'''
new = '''
base_model = next(l for l in model2.layers if isinstance(l, tf.keras.Model) and len(l.layers) > 100)
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False'''
"""
