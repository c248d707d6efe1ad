"""
title = "pixels of the notebook's own size are scaled to 0…1"
kind = "hostile"
fails = ["alpaca_model.preprocessing"]
undecided = ["alpaca_model.layer_order"]
honest = { fails = ["alpaca_model.preprocessing"], undecided = ["alpaca_model.layer_order"] }

[[edit]]
cell = "alpaca_model"
old = "x = preprocess_input(x)"
new = "x = x / (255.0 if image_shape == IMG_SIZE else 127.5) - (0.0 if image_shape == IMG_SIZE else 1.0)"
"""
