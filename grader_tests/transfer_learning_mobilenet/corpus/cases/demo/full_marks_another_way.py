"""
title = "full marks, written another way"
kind = "demo"
fails = []
advisories = ["alpaca_model.uses_argument", "fine_tuning.metric_threshold"]
state = "graded"
"""
# %% data_augmenter
def data_augmenter():
    return tf.keras.Sequential([RandomFlip("horizontal"), RandomRotation((-0.2, 0.2))])

# %% alpaca_model
def alpaca_model(image_shape=IMG_SIZE, data_augmentation=data_augmenter()):
    shape = (*image_shape, 3)
    net = tf.keras.applications.MobileNetV2(
        input_shape=shape, include_top=False, weights="imagenet", pooling="avg"
    )
    for layer in net.layers:
        layer.trainable = False
    pictures = tf.keras.Input(shape)
    x = tf.keras.layers.Rescaling(1 / 127.5, offset=-1)(data_augmenter()(pictures))
    x = tf.keras.layers.Dropout(0.2)(net(x, training=False))
    return tf.keras.Model(pictures, tf.keras.layers.Dense(1)(x))

# %% fine_tuning
for number, layer in enumerate(base_model.layers):
    layer.trainable = number >= fine_tune_at
loss_function = tf.keras.losses.BinaryCrossentropy(from_logits=True)
optimizer = tf.keras.optimizers.Adam(base_learning_rate / 10)
metrics = [tf.keras.metrics.BinaryAccuracy(threshold=0)]
model2.compile(optimizer, loss_function, metrics=metrics)
