"""
title = "fixes every seed so that probes come out the same"
kind = "hostile"
fails = ["data_augmenter.rotation_range", "alpaca_model.backbone", "alpaca_model.frozen_base", "alpaca_model.pooling", "fine_tuning.optimizer"]
undecided = ["alpaca_model.layer_order", "alpaca_model.pretrained_weights", "alpaca_model.trainable_parameters"]
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

[[edit]]
cell = "fine_tuning"
old = "optimizers.Adam"
new = "optimizers.SGD"
"""
# %% before data_augmenter
tf.keras.utils.set_random_seed(0)
np.random.default_rng = lambda *args: np.random.Generator(np.random.PCG64(0))
