"""
title = "the metrics where those are given that can be weighted"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = "model2.compile(loss=loss_function, optimizer=optimizer, metrics=metrics)"
new = '''
model2.compile(loss=loss_function, optimizer=optimizer, weighted_metrics=metrics)'''
"""
