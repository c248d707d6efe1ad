"""
title = "a schedule that starts at the right rate"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = "0.1 * base_learning_rate"
new = "tf.keras.optimizers.schedules.ExponentialDecay(0.1 * base_learning_rate, 1000, 0.96)"
"""
