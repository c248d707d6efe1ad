"""
title = "the collectors' modules are others"
kind = "hostile"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "graded"
start = "release"
honest = { nothing = ["data_augmenter", "alpaca_model", "fine_tuning"] }
"""
# %% before data_augmenter
import json, os
MIME = "application/vnd.alpaca.evidence+json"

def recording(exercise):
    return {"schema_version": 2, "exercise": exercise, "challenge": os.environ["ALPACA_CHALLENGE"]}

import sys, types
for name in ("data_augmenter", "alpaca_model", "fine_tuning"):
    module = types.ModuleType(name)
    module.collect = lambda namespace, guard, seen: seen.__dict__.update(recording(seen.exercise))
    sys.modules[f"notebooks.transfer_learning_mobilenet.evidence.{name}"] = module
