"""
title = "several things wrong"
kind = "demo"
fails = [
    "data_augmenter.rotation_range",
    "alpaca_model.preprocessing",
    "alpaca_model.head",
    "fine_tuning.loss",
    "fine_tuning.learning_rate",
]
undecided = ["alpaca_model.layer_order", "alpaca_model.trainable_parameters"]
advisories = ["alpaca_model.logits"]
state = "graded"

[[edit]]
cell = "data_augmenter"
old = "RandomRotation(0.2)"
new = "RandomRotation(0.5)"

[[edit]]
cell = "alpaca_model"
old = "x = preprocess_input(x)"
new = "x = x / 255.0"

[[edit]]
cell = "alpaca_model"
old = "Dense(1)"
new = 'Dense(1, activation="sigmoid")'

[[edit]]
cell = "fine_tuning"
old = "from_logits=True"
new = ""

[[edit]]
cell = "fine_tuning"
old = "0.1 * base_learning_rate"
new = "base_learning_rate"
"""
