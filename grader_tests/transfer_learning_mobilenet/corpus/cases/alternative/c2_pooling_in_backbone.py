"""
title = "the backbone's own pooling"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []

[[edit]]
cell = "alpaca_model"
old = 'weights="imagenet"'
new = 'weights="imagenet", pooling="avg"'

[[edit]]
cell = "alpaca_model"
old = '''x = tf.keras.layers.GlobalAveragePooling2D()(x)
'''
new = '''

'''
"""
