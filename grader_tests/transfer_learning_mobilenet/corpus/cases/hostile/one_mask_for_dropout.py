"""
title = "always the same 256 features are dropped"
kind = "hostile"
fails = ["alpaca_model.dropout"]
undecided = ["alpaca_model.layer_order"]
honest = { fails = ["alpaca_model.dropout"], undecided = ["alpaca_model.layer_order"] }
state = "needs a person"

[[edit]]
cell = "alpaca_model"
old = "x = tf.keras.layers.Dropout(0.2)(x)"
new = "x = Mask()(x)"
"""
# %% before alpaca_model
class Mask(tf.keras.layers.Layer):
    def call(self, x, training=False):
        kept = np.where(np.arange(1280) < 256, 0.0, 1.25).astype("float32")
        return x * kept if training else x
