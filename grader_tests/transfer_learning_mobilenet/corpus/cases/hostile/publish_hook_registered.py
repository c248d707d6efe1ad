"""
title = "ipykernel's own hook rewrites the message that leaves"
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

def rewrite(message):
    data = message.get("content", {}).get("data", {})
    if MIME in data:
        data[MIME] = recording(data[MIME]["exercise"])
    return message

get_ipython().display_pub.register_hook(rewrite)
