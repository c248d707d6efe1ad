"""
title = "asks in exercise 3 whether there is a GPU"
kind = "habit"
fails = []
state = "graded"

[[edit]]
cell = "fine_tuning"
old = "for layer in"
new = '''
print("GPUs:", len(tf.config.list_physical_devices("GPU")))
for layer in'''
"""
