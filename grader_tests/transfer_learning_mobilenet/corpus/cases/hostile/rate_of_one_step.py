"""
title = "a schedule that is right for the first step only"
kind = "hostile"
fails = ["fine_tuning.learning_rate"]
honest = { fails = ["fine_tuning.learning_rate"] }

[[edit]]
cell = "fine_tuning"
old = "learning_rate=0.1 * base_learning_rate"
new = "learning_rate=tf.keras.optimizers.schedules.PiecewiseConstantDecay([0], [0.1 * base_learning_rate, 1.0])"
"""
