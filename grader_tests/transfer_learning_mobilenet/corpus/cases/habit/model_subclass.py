"""
title = "exercise 2 is a class of Model with a call of its own"
kind = "habit"
fails = ["alpaca_model.input_shape"]
undecided = [
    "alpaca_model.augmentation_first",
    "alpaca_model.preprocessing",
    "alpaca_model.backbone",
    "alpaca_model.pretrained_weights",
    "alpaca_model.frozen_base",
    "alpaca_model.inference_mode",
    "alpaca_model.pooling",
    "alpaca_model.dropout",
    "alpaca_model.head",
    "alpaca_model.output_shape",
    "alpaca_model.layer_order",
    "alpaca_model.trainable_parameters",
]
state = "needs a person"
notes = ["gate.code"]
message = ["from an Input to an output"]
"""
# %% alpaca_model
class Alpaca(tf.keras.Model):
    def __init__(self, shape, augment):
        super().__init__()
        self.augment = augment
        self.base = tf.keras.applications.MobileNetV2(
            input_shape=shape, include_top=False, weights="imagenet"
        )
        self.base.trainable = False
        self.pool = tf.keras.layers.GlobalAveragePooling2D()
        self.drop = tf.keras.layers.Dropout(0.2)
        self.head = tf.keras.layers.Dense(1)

    def call(self, x, training=False):
        x = preprocess_input(self.augment(x, training=training))
        x = self.pool(self.base(x, training=False))
        return self.head(self.drop(x, training=training))


def alpaca_model(image_shape=IMG_SIZE, data_augmentation=data_augmenter()):
    return Alpaca(image_shape + (3,), data_augmentation)
