"""
title = "the backbone has other weights at the notebook's size alone"
kind = "hostile"
fails = ["alpaca_model.pretrained_weights"]
honest = { fails = ["alpaca_model.pretrained_weights"] }

[[edit]]
cell = "alpaca_model"
old = "base_model.trainable = False"
new = '''
base_model.trainable = False
    if image_shape == IMG_SIZE:
        base_model.set_weights([weights[::-1] for weights in base_model.get_weights()])'''
"""
