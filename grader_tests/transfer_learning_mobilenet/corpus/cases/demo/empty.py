"""
title = "an empty hand-in"
kind = "demo"
points = { data_augmenter = 0, alpaca_model = 0, fine_tuning = 0 }
fails = ["data_augmenter.sequential", "alpaca_model.input_shape", "fine_tuning.backbone_inside_model", "fine_tuning.compiled_again", "fine_tuning.loss", "fine_tuning.optimizer", "fine_tuning.accuracy_metric"]
start = "release"
state = "graded"
"""
