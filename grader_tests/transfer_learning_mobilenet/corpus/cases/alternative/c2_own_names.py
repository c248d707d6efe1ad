"""
title = "names of the student's own for model and layers"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "Dense(1)"
new = 'Dense(1, name="is_it_an_alpaca")'

[[edit]]
cell = "alpaca_model"
old = "Dropout(0.2)"
new = 'Dropout(rate=0.2, name="sieve")'

[[edit]]
cell = "alpaca_model"
old = "Model(inputs, outputs)"
new = 'Model(inputs, outputs, name="alpaca")'
"""
