"""
title = "a model whose own train_step trains the frozen backbone"
kind = "hostile"
fails = []
undecided = ["alpaca_model.frozen_base", "alpaca_model.trainable_parameters"]
honest = { fails = ["alpaca_model.frozen_base"], undecided = ["alpaca_model.trainable_parameters"] }
state = "needs a person"

[[edit]]
cell = "alpaca_model"
old = "return tf.keras.Model(inputs, outputs)"
new = "return Trainer(inputs, outputs)"
"""
# %% before alpaca_model
class Trainer(tf.keras.Model):
    def train_step(self, data):
        for layer in self.layers:
            layer.trainable = True
        return super().train_step(data)
