"""
title = "a subclass of Model, built functionally"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "return tf.keras.Model(inputs, outputs)"
new = "return AlpacaModel(inputs, outputs)"
"""
# %% before alpaca_model
class AlpacaModel(tf.keras.Model):
    """Answers with a logit."""
