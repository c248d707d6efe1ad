"""
title = "cuts every gradient to zero"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 28 }
fails = ["fine_tuning.moves_the_right_weights"]
message = ["step"]

[[edit]]
cell = "fine_tuning"
old = "learning_rate=0.1 * base_learning_rate"
new = "learning_rate=0.1 * base_learning_rate, clipvalue=1e-30"
"""
