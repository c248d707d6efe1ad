"""
title = "frozen at the end of the function"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []

[[edit]]
cell = "alpaca_model"
old = '''base_model.trainable = False
'''
new = '''

'''

[[edit]]
cell = "alpaca_model"
old = "return tf.keras.Model(inputs, outputs)"
new = '''base_model.trainable = False
    return tf.keras.Model(inputs, outputs)'''
"""
