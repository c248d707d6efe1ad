"""
title = "a function whose third model has random weights"
kind = "hostile"
fails = ["fine_tuning.backbone_inside_model"]
undecided = ["fine_tuning.frozen_below", "fine_tuning.trainable_above", "fine_tuning.moves_the_right_weights"]
honest = { fails = ["fine_tuning.backbone_inside_model"], undecided = ["fine_tuning.frozen_below", "fine_tuning.trainable_above", "fine_tuning.moves_the_right_weights"] }

[[edit]]
cell = "alpaca_model"
old = 'weights="imagenet"'
new = 'weights="imagenet" if len(calls) < 2 else None'

[[edit]]
cell = "alpaca_model"
old = "base_model.trainable = False"
new = '''
base_model.trainable = False
    calls.append(image_shape)'''
"""
# %% before alpaca_model
calls = []
