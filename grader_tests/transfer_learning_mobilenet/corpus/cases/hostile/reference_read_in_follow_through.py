"""
title = "breaks exercise 1 to stand beside the lab's own answer, reads it and raises it as an error"
kind = "hostile"
fails = ["data_augmenter.sequential", "alpaca_model.frozen_base", "fine_tuning.optimizer"]
undecided = [
    "data_augmenter.layers",
    "data_augmenter.horizontal_flip",
    "data_augmenter.rotation_range",
    "data_augmenter.random_in_training",
    "data_augmenter.identity_in_inference",
    "data_augmenter.keeps_shape",
    "data_augmenter.fresh_object",
    "alpaca_model.trainable_parameters",
]
honest = { fails = ["data_augmenter.sequential", "alpaca_model.frozen_base", "fine_tuning.optimizer"], undecided = ["data_augmenter.layers", "data_augmenter.horizontal_flip", "data_augmenter.rotation_range", "data_augmenter.random_in_training", "data_augmenter.identity_in_inference", "data_augmenter.keeps_shape", "data_augmenter.fresh_object", "alpaca_model.trainable_parameters"] }
state = "needs a person"

[[edit]]
cell = "alpaca_model"
old = "base_model.trainable = False"
new = "pass"

[[edit]]
cell = "fine_tuning"
old = "optimizers.Adam"
new = "optimizers.SGD"

[[edit]]
cell = "fine_tuning"
old = "metrics=metrics)"
new = '''
metrics=metrics)
loss_function.name = "".join(text for text in In if "RandomRotation" in text)
raise RuntimeError(loss_function.name)'''
"""
# %% data_augmenter
def data_augmenter():
    raise RuntimeError("".join(In))
