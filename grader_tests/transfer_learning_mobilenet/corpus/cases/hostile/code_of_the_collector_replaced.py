"""
title = "the code of the collector's function is another"
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

import alpaca_course.kernel.collect as collect

def collected(exercise, lab, namespace, challenge):
    return {"schema_version": 2, "exercise": exercise, "challenge": challenge}

collect.collect.__code__ = collected.__code__
