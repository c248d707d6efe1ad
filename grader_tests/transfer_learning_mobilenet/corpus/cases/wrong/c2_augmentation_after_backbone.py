"""
title = "augments features instead of pictures"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 44, fine_tuning = 30 }
fails = ["alpaca_model.augmentation_first"]
message = ["augment"]

[[edit]]
cell = "alpaca_model"
old = '''x = data_augmentation(inputs)
    '''
new = ""

[[edit]]
cell = "alpaca_model"
old = "x = preprocess_input(x)"
new = "x = preprocess_input(inputs)"

[[edit]]
cell = "alpaca_model"
old = "x = base_model(x, training=False)"
new = '''x = base_model(x, training=False)
    x = data_augmentation(x)'''
"""
