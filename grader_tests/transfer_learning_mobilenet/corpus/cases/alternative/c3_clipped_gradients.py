"""
title = "Adam with clipped gradients"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = "learning_rate=0.1 * base_learning_rate"
new = "learning_rate=0.1 * base_learning_rate, clipnorm=1.0"
"""
