"""
title = "the backbone is called in training mode at the notebook's size alone"
kind = "hostile"
fails = ["alpaca_model.inference_mode"]
honest = { fails = ["alpaca_model.inference_mode"] }

[[edit]]
cell = "alpaca_model"
old = "x = base_model(x, training=False)"
new = "x = base_model(x, training=image_shape == IMG_SIZE)"
"""
