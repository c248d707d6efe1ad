"""
title = "compiles with the optimizer of the first training"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 22 }
fails = ["fine_tuning.compiled_again", "fine_tuning.learning_rate"]
message = ["optimizer"]

[[edit]]
cell = "fine_tuning"
old = "tf.keras.optimizers.Adam(learning_rate=0.1 * base_learning_rate)"
new = "model2.optimizer"
"""
