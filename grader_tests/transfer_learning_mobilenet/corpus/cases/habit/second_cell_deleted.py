"""
title = "the second answer in the first cell, and the second cell deleted"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["cell.recovered"]
start = "release"
[[notebook]]
op = "delete_cell"
cell = "alpaca_model"
"""
# %% data_augmenter
# UNQ_C1
def data_augmenter():
    augmentation = tf.keras.Sequential()
    augmentation.add(RandomFlip("horizontal"))
    augmentation.add(RandomRotation(0.2))
    return augmentation


# UNQ_C2
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

# %% fine_tuning
# UNQ_C3
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False
loss_function = tf.keras.losses.BinaryCrossentropy(from_logits=True)
optimizer = tf.keras.optimizers.Adam(learning_rate=0.1 * base_learning_rate)
metrics = ["accuracy"]
model2.compile(loss=loss_function, optimizer=optimizer, metrics=metrics)
