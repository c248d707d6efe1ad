"""
title = "an input transformer set in a graded cell rewrites the test cells"
kind = "hostile"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "needs a person"
notes = ["gate.code"]
start = "release"
honest = { nothing = ["data_augmenter", "alpaca_model", "fine_tuning"] }
"""
# %% data_augmenter
get_ipython().input_transformers_post.append(
    lambda lines: ["50.0\n"] if "grade(" in "".join(lines) else lines
)

def data_augmenter():
    return None
