"""
title = "collects garbage first, and asks for the rate by its old name where there is one"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = "loss_function ="
new = '''
import gc
gc.collect()
rate = model2.optimizer.lr if hasattr(model2.optimizer, "lr") else base_learning_rate
loss_function ='''
"""
