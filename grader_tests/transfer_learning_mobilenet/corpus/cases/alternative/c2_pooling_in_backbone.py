"""
title = "the backbone's own pooling"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = 'weights="imagenet"'
new = 'weights="imagenet", pooling="avg"'

[[edit]]
cell = "alpaca_model"
old = '''
x = tf.keras.layers.GlobalAveragePooling2D()(x)
'''
new = '''

'''
"""
