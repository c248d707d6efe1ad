"""
title = "preprocesses twice"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 43, fine_tuning = 30 }
fails = ["alpaca_model.preprocessing"]
message = ["twice"]

[[edit]]
cell = "alpaca_model"
old = "x = preprocess_input(x)"
new = '''x = preprocess_input(x)
    x = preprocess_input(x)'''
"""
