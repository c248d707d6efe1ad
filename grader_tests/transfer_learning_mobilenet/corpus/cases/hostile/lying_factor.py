"""
title = "a rotation made with 0.9 whose attribute is then set to 0.2"
kind = "hostile"
fails = ["alpaca_model.frozen_base", "fine_tuning.optimizer"]
undecided = ["alpaca_model.trainable_parameters"]
honest = { fails = ["data_augmenter.rotation_range", "alpaca_model.frozen_base", "fine_tuning.optimizer"], undecided = ["alpaca_model.trainable_parameters"] }
amounts_to = "Keras reads the attribute when it rotates: the layer really turns by at most 0.2"
varies = "Keras 3.5 rotates by other attributes than the one that is set"
state = "needs a person"

[[edit]]
cell = "alpaca_model"
old = "base_model.trainable = False"
new = "pass"

[[edit]]
cell = "fine_tuning"
old = "optimizers.Adam"
new = "optimizers.SGD"
"""
# %% data_augmenter
class Quiet(RandomRotation):
    def __init__(self):
        super().__init__(0.9)
        self.factor = (-0.2, 0.2)

def data_augmenter():
    return tf.keras.Sequential([RandomFlip("horizontal"), Quiet()])
