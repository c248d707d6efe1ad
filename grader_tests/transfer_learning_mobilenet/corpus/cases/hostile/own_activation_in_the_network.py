"""
title = "an activation inside the network that is zero at the notebook's size alone"
kind = "hostile"
fails = ["alpaca_model.input_shape"]
undecided = ["alpaca_model.augmentation_first", "alpaca_model.preprocessing", "alpaca_model.backbone", "alpaca_model.pretrained_weights", "alpaca_model.frozen_base", "alpaca_model.inference_mode", "alpaca_model.pooling", "alpaca_model.dropout", "alpaca_model.head", "alpaca_model.output_shape", "alpaca_model.layer_order", "alpaca_model.trainable_parameters"]
honest = { fails = ["alpaca_model.input_shape"], undecided = ["alpaca_model.augmentation_first", "alpaca_model.preprocessing", "alpaca_model.backbone", "alpaca_model.pretrained_weights", "alpaca_model.frozen_base", "alpaca_model.inference_mode", "alpaca_model.pooling", "alpaca_model.dropout", "alpaca_model.head", "alpaca_model.output_shape", "alpaca_model.layer_order", "alpaca_model.trainable_parameters"] }

[[edit]]
cell = "alpaca_model"
old = "base_model.trainable = False"
new = '''
base_model.trainable = False
    def activation(x):
        return x * (image_shape != IMG_SIZE)
    for layer in base_model.layers:
        if isinstance(layer, tf.keras.layers.Conv2D):
            layer.activation = activation'''
"""
