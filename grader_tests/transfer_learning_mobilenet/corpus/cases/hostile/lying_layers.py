"""
title = "a model that lists layers it does not have"
kind = "hostile"
fails = ["data_augmenter.rotation_range", "fine_tuning.optimizer"]
undecided = ["alpaca_model.frozen_base", "alpaca_model.trainable_parameters"]
honest = { fails = ["data_augmenter.rotation_range", "alpaca_model.frozen_base", "fine_tuning.optimizer"], undecided = ["alpaca_model.trainable_parameters"] }
amounts_to = "Keras trains what trainable_variables lists: the backbone really stays as it is"
state = "needs a person"

[[edit]]
cell = "data_augmenter"
old = "RandomRotation(0.2)"
new = "RandomRotation(0.9)"

[[edit]]
cell = "fine_tuning"
old = "optimizers.Adam"
new = "optimizers.SGD"

[[edit]]
cell = "alpaca_model"
old = "base_model.trainable = False"
new = "pass"

[[edit]]
cell = "alpaca_model"
old = "return tf.keras.Model(inputs, outputs)"
new = "return Liar(inputs, outputs)"
"""
# %% before alpaca_model
class Liar(tf.keras.Model):
    @property
    def trainable_variables(self):
        return super().trainable_variables[-2:]

    @property
    def trainable_weights(self):
        return super().trainable_weights[-2:]
