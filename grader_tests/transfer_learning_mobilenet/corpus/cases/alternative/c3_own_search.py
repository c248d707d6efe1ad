"""
title = "finds the backbone again by itself"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []

[[edit]]
cell = "fine_tuning"
old = '''for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False'''
new = '''base_model = next(l for l in model2.layers if isinstance(l, tf.keras.Model) and len(l.layers) > 100)
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False'''
"""
