"""
title = "a hook after each cell sends a recording on the kernel's own socket"
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

def send(result):
    content = {"data": {MIME: recording("data_augmenter")}, "metadata": {}, "transient": {}}
    kernel.session.send(kernel.iopub_socket, "display_data", content, parent=kernel.get_parent())

get_ipython().events.register("post_run_cell", send)
