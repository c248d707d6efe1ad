"""
title = "Split Cell after the function, with a look at the model below"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["cell.copied"]
[[notebook]]
op = "split_cell"
cell = "alpaca_model"
line = 15
"""
# %% alpaca_model
def alpaca_model(image_shape=IMG_SIZE, data_augmentation=data_augmenter()):
    input_shape = image_shape + (3,)
    base_model = tf.keras.applications.MobileNetV2(
        input_shape=input_shape, include_top=False, weights="imagenet"
    )
    base_model.trainable = False
    inputs = tf.keras.Input(shape=input_shape)
    x = data_augmentation(inputs)
    x = preprocess_input(x)
    x = base_model(x, training=False)
    x = tf.keras.layers.GlobalAveragePooling2D()(x)
    x = tf.keras.layers.Dropout(0.2)(x)
    outputs = tf.keras.layers.Dense(1)(x)
    return tf.keras.Model(inputs, outputs)

alpaca_model(IMG_SIZE, data_augmenter()).summary()
