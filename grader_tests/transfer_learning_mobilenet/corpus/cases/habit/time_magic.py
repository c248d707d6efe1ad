"""
title = "%%time at the top of exercise 3"
kind = "habit"
fails = []
state = "graded"

[[edit]]
cell = "fine_tuning"
old = "for layer in base_model.layers[:fine_tune_at]:"
new = '''
%%time
for layer in base_model.layers[:fine_tune_at]:'''
"""
