"""
title = "a thread sends a recording while the test cell runs"
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

import threading, time
kernel = get_ipython().kernel

def send():
    while True:
        time.sleep(0.05)
        content = {"data": {MIME: recording("alpaca_model")}, "metadata": {}, "transient": {}}
        kernel.session.send(kernel.iopub_socket, "display_data", content, parent=kernel.get_parent())

threading.Thread(target=send, daemon=True).start()
