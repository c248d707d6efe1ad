"""
title = "loss and metrics by the name of the model's output"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = "model2.compile(loss=loss_function, optimizer=optimizer, metrics=metrics)"
new = '''
output = model2.output_names[0]
model2.compile(loss={output: loss_function}, optimizer=optimizer, metrics={output: metrics})'''
"""
