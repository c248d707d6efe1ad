"""
title = "objects that are equal to everything"
kind = "hostile"
fails = ["data_augmenter.rotation_range", "alpaca_model.frozen_base", "fine_tuning.optimizer"]
undecided = ["alpaca_model.trainable_parameters"]
honest = { fails = ["data_augmenter.rotation_range", "alpaca_model.frozen_base", "fine_tuning.optimizer"], undecided = ["alpaca_model.trainable_parameters"] }
state = "needs a person"

[[edit]]
cell = "data_augmenter"
old = "RandomRotation(0.2)"
new = "RandomRotation(0.9)"

[[edit]]
cell = "alpaca_model"
old = "base_model.trainable = False"
new = "pass"
"""
# %% fine_tuning
class Anything(str):
    __hash__ = str.__hash__
    def __eq__(self, other):
        return True

for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False
loss_function = tf.keras.losses.BinaryCrossentropy(from_logits=True)
optimizer = tf.keras.optimizers.SGD(learning_rate=0.1 * base_learning_rate)
optimizer.__class__ = type("Adam", (type(optimizer),), {"__eq__": lambda self, other: True})
metrics = [Anything("accuracy")]
model2.compile(loss=loss_function, optimizer=optimizer, metrics=metrics)
