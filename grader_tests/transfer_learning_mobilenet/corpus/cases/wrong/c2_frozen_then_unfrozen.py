"""
title = "the backbone is frozen and then unfrozen"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 43, fine_tuning = 30 }
fails = ["alpaca_model.frozen_base"]
message = ["frozen"]

[[edit]]
cell = "alpaca_model"
old = "return tf"
new = '''base_model.trainable = True
    return tf'''
"""
