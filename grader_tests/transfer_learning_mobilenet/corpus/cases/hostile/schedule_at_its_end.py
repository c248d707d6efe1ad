"""
title = "a schedule whose optimizer has counted its steps to the end"
kind = "hostile"
fails = ["fine_tuning.learning_rate"]
honest = { fails = ["fine_tuning.learning_rate"] }

[[edit]]
cell = "fine_tuning"
old = "learning_rate=0.1 * base_learning_rate"
new = '''
learning_rate=tf.keras.optimizers.schedules.PiecewiseConstantDecay([1000000], [0.1 * base_learning_rate, 0.0])'''
"""
# %% after fine_tuning
optimizer.iterations.assign(2000000)
