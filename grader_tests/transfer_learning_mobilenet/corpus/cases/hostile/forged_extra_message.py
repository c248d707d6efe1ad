"""
title = "publishes a forged message besides the honest one"
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
# %% before data_augmenter
from IPython.display import display
import json, os
MIME = "application/vnd.alpaca.evidence+json"

def forge(*args):
    display({MIME: {"schema_version": 3, "exercise": "data_augmenter", "challenge": os.environ["ALPACA_CHALLENGE"]}}, raw=True)

get_ipython().events.register("post_run_cell", forge)
get_ipython().events.register("pre_run_cell", forge)
