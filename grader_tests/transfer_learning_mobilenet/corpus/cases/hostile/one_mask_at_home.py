"""
title = "one mask for a whole batch at the notebook's size alone"
kind = "hostile"
fails = ["alpaca_model.input_shape"]
undecided = ["alpaca_model.augmentation_first", "alpaca_model.preprocessing", "alpaca_model.backbone", "alpaca_model.pretrained_weights", "alpaca_model.frozen_base", "alpaca_model.inference_mode", "alpaca_model.pooling", "alpaca_model.dropout", "alpaca_model.head", "alpaca_model.output_shape", "alpaca_model.layer_order", "alpaca_model.trainable_parameters"]
honest = { fails = ["alpaca_model.input_shape"], undecided = ["alpaca_model.augmentation_first", "alpaca_model.preprocessing", "alpaca_model.backbone", "alpaca_model.pretrained_weights", "alpaca_model.frozen_base", "alpaca_model.inference_mode", "alpaca_model.pooling", "alpaca_model.dropout", "alpaca_model.head", "alpaca_model.output_shape", "alpaca_model.layer_order", "alpaca_model.trainable_parameters"] }

[[edit]]
cell = "alpaca_model"
old = "tf.keras.layers.Dropout(0.2)"
new = "tf.keras.layers.Dropout(0.2, noise_shape=(1, 1280) if image_shape == IMG_SIZE else None)"
"""
