"""
title = "copies made from its settings are Adam, the optimizer itself does nothing"
kind = "hostile"
fails = ["fine_tuning.moves_the_right_weights"]
honest = { fails = ["fine_tuning.moves_the_right_weights"] }
state = "needs a person"

[[edit]]
cell = "fine_tuning"
old = "tf.keras.optimizers.Adam("
new = "Still("
"""
# %% before fine_tuning
class Still(tf.keras.optimizers.Adam):
    def apply(self, grads, trainable_variables=None):
        return self.iterations

    @classmethod
    def from_config(cls, config):
        return tf.keras.optimizers.Adam.from_config(config)
