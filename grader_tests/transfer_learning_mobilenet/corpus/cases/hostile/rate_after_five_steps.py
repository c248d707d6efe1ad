"""
title = "a schedule that goes to 1 after five steps"
kind = "hostile"
fails = ["fine_tuning.learning_rate"]
honest = { fails = ["fine_tuning.learning_rate"] }

[[edit]]
cell = "fine_tuning"
old = "learning_rate=0.1 * base_learning_rate"
new = "learning_rate=tf.keras.optimizers.schedules.PiecewiseConstantDecay([5], [0.1 * base_learning_rate, 1.0])"
"""
