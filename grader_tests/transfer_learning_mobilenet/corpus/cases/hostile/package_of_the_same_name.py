"""
title = "a package of the collector's name is written beside the notebook"
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

import pathlib, sys
folder = pathlib.Path("alpaca_course")
folder.mkdir()
(folder / "__init__.py").write_text("")
(folder / "kernel.py").write_text("def grade(exercise, lab):\n    return 50.0\n")
for name in [name for name in sys.modules if name.startswith("alpaca_course")]:
    del sys.modules[name]
sys.path.insert(0, "")
