"""
title = "the solution of the older public course, with today's names"
kind = "alternative"
fails = []
advisories = ["alpaca_model.uses_argument"]
"""
# %% data_augmenter
def data_augmenter():
    data_augmentation = tf.keras.Sequential()
    data_augmentation.add(RandomFlip("horizontal"))
    data_augmentation.add(RandomRotation(0.2))
    return data_augmentation

# %% alpaca_model
def alpaca_model(image_shape=IMG_SIZE, data_augmentation=data_augmenter()):
    input_shape = image_shape + (3,)
    base_model_path = "imagenet"
    base_model = tf.keras.applications.MobileNetV2(
        input_shape=input_shape, include_top=False, weights=base_model_path
    )
    base_model.trainable = False
    inputs = tf.keras.Input(shape=input_shape)
    data_augmentation = data_augmenter()
    x = data_augmentation(inputs)
    x = preprocess_input(x)
    x = base_model(x, training=False)
    x = tf.keras.layers.GlobalAveragePooling2D()(x)
    x = tf.keras.layers.Dropout(0.2)(x)
    prediction_layer = tf.keras.layers.Dense(1, activation="linear")
    outputs = prediction_layer(x)
    model = tf.keras.Model(inputs, outputs)
    return model

# %% fine_tuning
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False
loss_function = tf.keras.losses.BinaryCrossentropy(from_logits=True)
optimizer = tf.keras.optimizers.Adam(learning_rate=base_learning_rate * 0.1)
metrics = ["accuracy"]
model2.compile(loss=loss_function, optimizer=optimizer, metrics=metrics)
