"""
title = "freezes the upper layers instead of the lower ones"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 17 }
fails = ["fine_tuning.frozen_below", "fine_tuning.trainable_above"]
message = ["instead of those before"]

[[edit]]
cell = "fine_tuning"
old = "[:fine_tune_at]"
new = "[fine_tune_at:]"
"""
