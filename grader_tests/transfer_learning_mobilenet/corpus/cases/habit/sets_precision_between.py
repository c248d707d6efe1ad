"""
title = "mixed precision is switched on before exercise 3"
kind = "habit"
fails = []
state = "graded"
"""
# %% before fine_tuning
tf.keras.mixed_precision.set_global_policy('mixed_float16')
