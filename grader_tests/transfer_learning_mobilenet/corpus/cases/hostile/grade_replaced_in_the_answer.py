"""
title = "replaces the grader's grade() in a graded cell"
kind = "hostile"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "needs a person"
notes = ["gate.code"]
start = "release"
honest = { nothing = ["data_augmenter", "alpaca_model", "fine_tuning"] }
"""
# %% data_augmenter
import alpaca_course.kernel
alpaca_course.kernel.grade = lambda exercise, lab: 50.0

def data_augmenter():
    return None
