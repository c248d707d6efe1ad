"""
title = "a subclass of Adam whose step is gradient descent"
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
class Descent(tf.keras.optimizers.Adam):
    def update_step(self, gradient, variable, learning_rate):
        variable.assign_sub(gradient * learning_rate)
