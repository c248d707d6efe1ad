"""
title = "a backbone that takes training=False for True"
kind = "hostile"
fails = ["alpaca_model.backbone"]
undecided = ["alpaca_model.pretrained_weights", "alpaca_model.layer_order", "alpaca_model.trainable_parameters"]
honest = { fails = ["alpaca_model.inference_mode"] }
state = "needs a person"

[[edit]]
cell = "alpaca_model"
old = "x = base_model(x, training=False)"
new = "x = Deaf(base_model.input, base_model.output, trainable=False)(x, training=False)"
"""
# %% before alpaca_model
class Deaf(tf.keras.Model):
    def call(self, x, training=None, mask=None):
        for layer in self.layers[1:]:
            layer.trainable = True
        return super().call(x, training=True, mask=mask)
