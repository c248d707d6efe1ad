"""
title = "the backbone is frozen for other sizes than the notebook's own"
kind = "hostile"
fails = ["alpaca_model.frozen_base"]
undecided = ["alpaca_model.trainable_parameters"]
honest = { fails = ["alpaca_model.frozen_base"], undecided = ["alpaca_model.trainable_parameters"] }

[[edit]]
cell = "alpaca_model"
old = "base_model.trainable = False"
new = "base_model.trainable = image_shape == IMG_SIZE"
"""
