"""
title = "multiplies the pretrained weights by two"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 45, fine_tuning = 30 }
fails = ["alpaca_model.pretrained_weights"]
message = ["ImageNet"]

[[edit]]
cell = "alpaca_model"
old = "base_model.trainable = False"
new = '''base_model.trainable = False
    base_model.set_weights([2 * w for w in base_model.get_weights()])'''
"""
