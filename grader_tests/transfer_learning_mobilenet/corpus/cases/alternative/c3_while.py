"""
title = "freezes in a while loop"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = '''
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False'''
new = '''
i = 0
while i < fine_tune_at:
    base_model.layers[i].trainable = False
    i += 1'''
"""
