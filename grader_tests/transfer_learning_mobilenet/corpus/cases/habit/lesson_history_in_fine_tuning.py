"""
title = "exercise 3 prints the history that a lesson cell makes"
kind = "habit"
fails = []
state = "graded"

[[edit]]
cell = "fine_tuning"
old = "for layer in base_model.layers[:fine_tune_at]:"
new = '''
print(history.history['val_accuracy'][-1])
for layer in base_model.layers[:fine_tune_at]:'''
"""
