"""
title = "a typo below the right function of exercise 2"
kind = "habit"
fails = []
state = "graded"
message = ["stopped in line 16 with NameError"]

[[edit]]
cell = "alpaca_model"
old = '''
    return tf.keras.Model(inputs, outputs)
'''
new = '''
    return tf.keras.Model(inputs, outputs)

print(alpaca_modle(IMG_SIZE))
'''
"""
