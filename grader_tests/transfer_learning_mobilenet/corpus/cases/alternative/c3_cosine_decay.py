"""
title = "a cosine schedule that starts at the right rate"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = "learning_rate=0.1 * base_learning_rate"
new = "learning_rate=tf.keras.optimizers.schedules.CosineDecay(0.1 * base_learning_rate, 45)"
"""
