"""
title = "an import that fails stands before the name of what was shown last, by which a module is reached"
kind = "hostile"
fails = ["data_augmenter.sequential", "alpaca_model.input_shape"]
undecided = ["data_augmenter.fresh_object", "data_augmenter.horizontal_flip", "data_augmenter.identity_in_inference", "data_augmenter.keeps_shape", "data_augmenter.layers", "data_augmenter.random_in_training", "data_augmenter.rotation_range", "alpaca_model.augmentation_first", "alpaca_model.backbone", "alpaca_model.dropout", "alpaca_model.frozen_base", "alpaca_model.head", "alpaca_model.inference_mode", "alpaca_model.layer_order", "alpaca_model.output_shape", "alpaca_model.pooling", "alpaca_model.preprocessing", "alpaca_model.pretrained_weights", "alpaca_model.trainable_parameters"]
nothing = ["fine_tuning"]
state = "needs a person"
notes = ["gate.code"]
start = "release"
honest = { fails = ["data_augmenter.sequential", "alpaca_model.input_shape"], undecided = ["data_augmenter.fresh_object", "data_augmenter.horizontal_flip", "data_augmenter.identity_in_inference", "data_augmenter.keeps_shape", "data_augmenter.layers", "data_augmenter.random_in_training", "data_augmenter.rotation_range", "alpaca_model.augmentation_first", "alpaca_model.backbone", "alpaca_model.dropout", "alpaca_model.frozen_base", "alpaca_model.head", "alpaca_model.inference_mode", "alpaca_model.layer_order", "alpaca_model.output_shape", "alpaca_model.pooling", "alpaca_model.preprocessing", "alpaca_model.pretrained_weights", "alpaca_model.trainable_parameters"], nothing = ["fine_tuning"] }
"""
# %% data_augmenter
def data_augmenter():
    return None

tf.keras.optimizers.Adam()

# %% alpaca_model
try:
    import _
except ImportError:
    pass
reached = _.backend

def alpaca_model(image_shape=IMG_SIZE, data_augmentation=data_augmenter()):
    return None
