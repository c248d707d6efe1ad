"""
title = "a loss that compile multiplies by zero"
kind = "hostile"
fails = ["fine_tuning.loss"]
honest = { fails = ["fine_tuning.loss"] }

[[edit]]
cell = "fine_tuning"
old = "model2.compile(loss=loss_function, optimizer=optimizer, metrics=metrics)"
new = '''
model2.compile(loss=loss_function, optimizer=optimizer, metrics=metrics, loss_weights=[0.0])'''
"""
