"""
title = "a late layer whose weights are put to zero"
kind = "hostile"
fails = ["fine_tuning.backbone_inside_model"]
undecided = ["fine_tuning.frozen_below", "fine_tuning.trainable_above", "fine_tuning.moves_the_right_weights"]
honest = { fails = ["fine_tuning.backbone_inside_model"], undecided = ["fine_tuning.frozen_below", "fine_tuning.trainable_above", "fine_tuning.moves_the_right_weights"] }

[[edit]]
cell = "alpaca_model"
old = "base_model.trainable = False"
new = "base_model.trainable = not True"

[[edit]]
cell = "fine_tuning"
old = "model2.compile(loss=loss_function, optimizer=optimizer, metrics=metrics)"
new = '''
layer = base_model.layers[-3]
layer.set_weights([0.0 * each for each in layer.get_weights()])
model2.compile(loss=loss_function, optimizer=optimizer, metrics=metrics)'''
"""
