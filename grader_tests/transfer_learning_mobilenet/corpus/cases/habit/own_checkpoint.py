"""
title = "exercise 3 loads the weights of an earlier run"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["left_out.file"]
message = ["'best.weights.h5'"]

[[edit]]
cell = "fine_tuning"
old = "for layer in base_model.layers[:fine_tune_at]:"
new = '''
model2.load_weights('best.weights.h5')
for layer in base_model.layers[:fine_tune_at]:'''
"""
