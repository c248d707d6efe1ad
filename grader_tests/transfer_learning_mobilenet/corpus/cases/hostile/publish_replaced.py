"""
title = "the shell's publisher sends a recording instead"
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

publisher = get_ipython().display_pub
honest = publisher.publish

def publish(data, *args, **kwargs):
    if MIME in data:
        data = {MIME: recording(data[MIME]["exercise"])}
    return honest(data, *args, **kwargs)

publisher.publish = publish
