"""
title = "a schedule that goes below zero after two epochs"
kind = "hostile"
fails = ["fine_tuning.learning_rate"]
honest = { fails = ["fine_tuning.learning_rate"] }

[[edit]]
cell = "fine_tuning"
old = "0.1 * base_learning_rate"
new = "tf.keras.optimizers.schedules.PiecewiseConstantDecay([18], [0.1 * base_learning_rate, -1.0])"
"""
