"""
title = "the weights are set to what they are"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "base_model.trainable = False"
new = '''
base_model.set_weights(base_model.get_weights())
    base_model.trainable = False'''
"""
