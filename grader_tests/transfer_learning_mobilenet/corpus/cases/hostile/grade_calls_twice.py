"""
title = "calls grade() once more, with the right object in place"
kind = "hostile"
points = { data_augmenter = 0, alpaca_model = 0, fine_tuning = 0 }
fails = []
honest = { data_augmenter = 16, alpaca_model = 43, fine_tuning = 28 }

[[edit]]
cell = "data_augmenter"
old = "RandomRotation(0.2)"
new = "RandomRotation(0.9)"

[[edit]]
cell = "alpaca_model"
old = "base_model.trainable = False"
new = "pass"

[[edit]]
cell = "fine_tuning"
old = "optimizers.Adam"
new = "optimizers.SGD"
"""
# %% before data_augmenter
from IPython.display import display
import json, os
MIME = "application/vnd.alpaca.evidence+json"

import alpaca_course.kernel as evidence
honest = evidence.grade

def twice(exercise, lab):
    honest(exercise, lab)
    return honest(exercise, lab)

evidence.grade = twice
