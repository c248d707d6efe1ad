"""
title = "a profile function changes the dictionary that the collector returns"
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

import sys

def profile(frame, event, result):
    if event == "return" and frame.f_code.co_name == "collect" and isinstance(result, dict):
        result.update(recording(result["exercise"]))

sys.setprofile(profile)
