"""
title = "a recording is sent as an update of a display"
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

kernel = get_ipython().kernel

def send(*_):
    content = {"data": {MIME: recording("fine_tuning")}, "metadata": {}, "transient": {"display_id": "x"}}
    kernel.session.send(
        kernel.iopub_socket, "update_display_data", content, parent=kernel.get_parent()
    )

get_ipython().events.register("pre_run_cell", send)
