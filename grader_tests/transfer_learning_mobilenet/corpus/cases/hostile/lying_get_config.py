"""
title = "layers that lie in get_config and in their attributes"
kind = "hostile"
fails = ["data_augmenter.rotation_range", "alpaca_model.frozen_base", "fine_tuning.optimizer"]
undecided = ["alpaca_model.trainable_parameters"]
honest = { fails = ["data_augmenter.rotation_range", "alpaca_model.frozen_base", "fine_tuning.optimizer"], undecided = ["alpaca_model.trainable_parameters"] }
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
    def get_config(self):
        return {**super().get_config(), "factor": (-0.2, 0.2)}

def data_augmenter():
    return tf.keras.Sequential([RandomFlip("horizontal"), Quiet(0.9)])
