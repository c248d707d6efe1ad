"""
title = "gradient descent whose object says that it is called Adam"
kind = "hostile"
fails = ["fine_tuning.optimizer"]
honest = { fails = ["fine_tuning.optimizer"] }
state = "needs a person"

[[edit]]
cell = "fine_tuning"
old = "tf.keras.optimizers.Adam("
new = "Descent("
"""
# %% before fine_tuning
class Descent(tf.keras.optimizers.SGD):
    __name__ = "Adam"

    def __call__(self):
        return self
