"""
title = "the session packs a recording in place of the evidence"
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

session = get_ipython().kernel.session
honest = session.pack

def pack(content):
    if isinstance(content, dict) and MIME in content.get("data", {}):
        content["data"][MIME] = recording(content["data"][MIME]["exercise"])
    return honest(content)

session.pack = pack
