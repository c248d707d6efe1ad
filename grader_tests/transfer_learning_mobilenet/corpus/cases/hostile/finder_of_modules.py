"""
title = "a finder of modules gives out a false collector"
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

import importlib.abc, importlib.util, sys, types

class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name.startswith("alpaca_course"):
            return importlib.util.spec_from_loader(name, self)

    def exec_module(self, module):
        module.grade = lambda exercise, lab: display({MIME: recording(exercise)}, raw=True)

for name in [name for name in sys.modules if name.startswith("alpaca_course")]:
    del sys.modules[name]
sys.meta_path.insert(0, Finder())
