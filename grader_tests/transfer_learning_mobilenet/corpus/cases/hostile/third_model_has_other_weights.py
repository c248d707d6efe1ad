"""
title = "a function that gives the right model twice and one with other weights after that"
kind = "hostile"
fails = ["fine_tuning.backbone_inside_model"]
undecided = ["fine_tuning.frozen_below", "fine_tuning.trainable_above", "fine_tuning.moves_the_right_weights"]
honest = { fails = ["fine_tuning.backbone_inside_model"], undecided = ["fine_tuning.frozen_below", "fine_tuning.trainable_above", "fine_tuning.moves_the_right_weights"] }

[[edit]]
cell = "alpaca_model"
old = "base_model.trainable = False"
new = '''
base_model.trainable = False
    calls.append(image_shape)
    if len(calls) > 2:
        base_model.set_weights([weights[::-1] for weights in base_model.get_weights()])'''
"""
# %% before alpaca_model
calls = []
