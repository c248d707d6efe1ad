"""
title = "loads the pretrained weights and overwrites them with random ones"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 45, fine_tuning = 30 }
fails = ["alpaca_model.pretrained_weights"]
message = ["ImageNet"]

[[edit]]
cell = "alpaca_model"
old = "base_model.trainable = False"
new = '''base_model.trainable = False
    base_model.set_weights([np.random.rand(*w.shape) for w in base_model.get_weights()])'''
"""
