"""
title = "preprocesses the features instead of the pictures"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 38, fine_tuning = 30 }
fails = ["alpaca_model.preprocessing", "alpaca_model.pooling"]
message = ["preprocess"]

[[edit]]
cell = "alpaca_model"
old = '''x = preprocess_input(x)
    x = base_model(x, training=False)'''
new = '''x = base_model(x, training=False)
    x = preprocess_input(x)'''
"""
