"""
title = "sends the evidence of another exercise"
kind = "hostile"
points = { data_augmenter = 16, alpaca_model = 0, fine_tuning = 0 }
fails = ["data_augmenter.rotation_range"]
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
import alpaca_course.kernel as evidence
honest = evidence.grade
evidence.grade = lambda exercise, lab: honest("data_augmenter", lab)
