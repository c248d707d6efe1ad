"""
title = "an own cell takes a number from a lesson's history, and exercise 3 prints it"
kind = "habit"
fails = []
state = "graded"

[[edit]]
cell = "fine_tuning"
old = "for layer in base_model.layers[:fine_tune_at]:"
new = '''
print(best_epoch)
for layer in base_model.layers[:fine_tune_at]:'''
"""
# %% before fine_tuning
best_epoch = history.epoch[-1]
