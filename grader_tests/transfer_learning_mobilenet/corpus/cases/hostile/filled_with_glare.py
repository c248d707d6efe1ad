"""
title = "what a turn leaves empty is filled with values that no pixel has"
kind = "hostile"
fails = ["data_augmenter.random_in_training"]
undecided = ["data_augmenter.identity_in_inference"]
honest = { fails = ["data_augmenter.random_in_training"], undecided = ["data_augmenter.identity_in_inference"] }

[[edit]]
cell = "data_augmenter"
old = "RandomRotation(0.2)"
new = "RandomRotation(0.2, fill_mode='constant', fill_value=1e6)"
"""
