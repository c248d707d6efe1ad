"""
title = "edits every number of the evidence on its way out"
kind = "hostile"
points = { data_augmenter = 16, alpaca_model = 27, fine_tuning = 24 }
fails = []
honest = { data_augmenter = 16, alpaca_model = 43, fine_tuning = 28 }

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
publisher = get_ipython().display_pub
honest = publisher.publish

def larger(value):
    if isinstance(value, dict):
        return {key: larger(item) for key, item in value.items()}
    if isinstance(value, list):
        return [larger(item) for item in value]
    return value * 2 if isinstance(value, float) else value

publisher.publish = lambda data, *args, **kwargs: honest(larger(dict(data)), *args, **kwargs)
