"""
title = "a model that lists layers it does not have"
kind = "hostile"
points = { data_augmenter = 16, alpaca_model = 50, fine_tuning = 21 }
fails = ["data_augmenter.rotation_range", "fine_tuning.trainable_above", "fine_tuning.optimizer"]
honest = { data_augmenter = 16, alpaca_model = 43, fine_tuning = 28 }
amounts_to = "Keras trains what trainable_variables lists: the backbone really stays as it is"

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
