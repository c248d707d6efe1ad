"""
title = "a frozen kernel that is put to zero"
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
kernel = base_model.layers[1].kernel
kernel.assign(tf.zeros_like(kernel))
model2.compile(loss=loss_function, optimizer=optimizer, metrics=metrics)'''
"""
