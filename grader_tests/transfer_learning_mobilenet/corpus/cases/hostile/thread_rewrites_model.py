"""
title = "a thread that goes on changing the model while it is looked at"
kind = "hostile"
fails = ["data_augmenter.rotation_range", "alpaca_model.frozen_base", "fine_tuning.optimizer"]
undecided = ["alpaca_model.trainable_parameters"]
state = "graded"
honest = { fails = ["data_augmenter.rotation_range", "alpaca_model.frozen_base", "fine_tuning.optimizer"], undecided = ["alpaca_model.trainable_parameters"] }

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
# %% before test_fine_tuning
import threading, time

def rewrite():
    while True:
        for name in ("model2", "base_model"):
            model = get_ipython().user_ns.get(name)
            if model is not None:
                model.trainable = True
        time.sleep(0.05)

threading.Thread(target=rewrite, daemon=True).start()
