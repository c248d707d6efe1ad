"""
title = "an optimizer whose learning_rate is another than it steps with"
kind = "hostile"
fails = ["fine_tuning.learning_rate"]
honest = { fails = ["fine_tuning.learning_rate"] }
state = "needs a person"

[[edit]]
cell = "fine_tuning"
old = "tf.keras.optimizers.Adam(learning_rate=0.1 * base_learning_rate)"
new = "Fast(learning_rate=base_learning_rate)"
"""
# %% before fine_tuning
class Fast(tf.keras.optimizers.Adam):
    @property
    def learning_rate(self):
        return 0.1 * base_learning_rate

    def update_step(self, gradient, variable, rate):
        super().update_step(gradient, variable, 10 * rate)
