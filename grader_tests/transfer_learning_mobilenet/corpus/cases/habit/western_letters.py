"""
title = "an editor saved the notebook in Latin-1"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["encoding.other"]
written = {encoding = "latin-1"}
"""
# %% after test_data_augmenter
print("fidèle à la méthode")
