"""
title = "what dropout keeps is scaled back in training"
kind = "hostile"
fails = ["alpaca_model.dropout"]
undecided = ["alpaca_model.layer_order"]
honest = { fails = ["alpaca_model.dropout"], undecided = ["alpaca_model.layer_order"] }
state = "needs a person"

[[edit]]
cell = "alpaca_model"
old = "x = tf.keras.layers.Dropout(0.2)(x)"
new = "x = Kept(0.2)(x)"
"""
# %% before alpaca_model
class Kept(tf.keras.layers.Dropout):
    def call(self, inputs, training=False):
        dropped = super().call(inputs, training=training)
        return dropped * 0.8 if training else dropped
