"""
title = "a learning rate that is another one where training traces it"
kind = "hostile"
fails = ["fine_tuning.learning_rate"]
honest = { fails = ["fine_tuning.learning_rate"] }

[[edit]]
cell = "fine_tuning"
old = "0.1 * base_learning_rate"
new = "lambda: 1e-4 if tf.executing_eagerly() else 1.0"
"""
