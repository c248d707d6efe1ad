"""
title = "compiles first and freezes then"
kind = "alternative"
fails = []
advisories = ["fine_tuning.compiled_before_freezing"]

[[edit]]
cell = "fine_tuning"
old = '''
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False
'''
new = ""

[[edit]]
cell = "fine_tuning"
old = "model2.compile(loss=loss_function, optimizer=optimizer, metrics=metrics)"
new = '''
model2.compile(loss=loss_function, optimizer=optimizer, metrics=metrics)
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False'''
"""
