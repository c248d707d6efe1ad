"""
title = "fine-tunes a new, untrained model"
kind = "wrong"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 14 }
fails = ["fine_tuning.backbone_inside_model"]
message = ["another object"]

[[edit]]
cell = "fine_tuning"
old = "for layer in base_model.layers[:fine_tune_at]:"
new = '''model2 = alpaca_model(IMG_SIZE, data_augmenter())
for layer in base_model.layers[:fine_tune_at]:'''
"""
