"""
title = "a learning rate of one, as a tenth of what the first optimizer was set to afterwards"
kind = "hostile"
fails = ["fine_tuning.learning_rate"]
honest = { fails = ["fine_tuning.learning_rate"] }

[[edit]]
cell = "fine_tuning"
old = "0.1 * base_learning_rate"
new = "1.0"
"""
# %% before fine_tuning
frozen_optimizer.learning_rate = 10.0
