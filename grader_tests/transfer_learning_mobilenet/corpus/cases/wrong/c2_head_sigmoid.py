"""
title = "the head ends in a sigmoid"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 44, fine_tuning = 30 }
fails = ["alpaca_model.head"]
advisories = ["alpaca_model.logits"]
message = ["sigmoid"]

[[edit]]
cell = "alpaca_model"
old = "Dense(1)"
new = 'Dense(1, activation="sigmoid")'
"""
