"""
title = "frozen at the end of the function"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = '''
base_model.trainable = False
'''
new = '''

'''

[[edit]]
cell = "alpaca_model"
old = "return tf.keras.Model(inputs, outputs)"
new = '''
base_model.trainable = False
    return tf.keras.Model(inputs, outputs)'''
"""
