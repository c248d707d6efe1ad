"""
title = "Adam whose epsilon is so large that its steps are those of plain descent"
kind = "hostile"
fails = ["fine_tuning.optimizer"]
honest = { fails = ["fine_tuning.optimizer"] }

[[edit]]
cell = "fine_tuning"
old = "learning_rate=0.1 * base_learning_rate"
new = "learning_rate=0.1 * base_learning_rate, epsilon=1e6"
"""
