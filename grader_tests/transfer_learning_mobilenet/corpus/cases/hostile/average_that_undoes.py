"""
title = "Adam with an average of weights that puts each third step back"
kind = "hostile"
fails = ["fine_tuning.optimizer"]
honest = { fails = ["fine_tuning.optimizer"] }

[[edit]]
cell = "fine_tuning"
old = "learning_rate=0.1 * base_learning_rate"
new = "learning_rate=0.1 * base_learning_rate, use_ema=True, ema_momentum=1.0, ema_overwrite_frequency=3"
"""
