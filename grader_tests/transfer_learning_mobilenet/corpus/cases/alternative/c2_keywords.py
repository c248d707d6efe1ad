"""
title = "keywords everywhere"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "Model(inputs, outputs)"
new = "Model(inputs=inputs, outputs=outputs)"

[[edit]]
cell = "alpaca_model"
old = "Dropout(0.2)"
new = "Dropout(rate=0.2)"

[[edit]]
cell = "alpaca_model"
old = "Dense(1)"
new = "Dense(units=1)"
"""
