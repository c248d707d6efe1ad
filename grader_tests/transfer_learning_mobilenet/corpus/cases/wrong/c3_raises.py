"""
title = "stops with an error before compiling"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 25 }
fails = ["fine_tuning.compiled_again"]
message = ["compile"]

[[edit]]
cell = "fine_tuning"
old = "model2.compile(loss=loss_function, optimizer=optimizer, metrics=metrics)"
new = "model2.compil(loss=loss_function, optimizer=optimizer, metrics=metrics)"
"""
