"""
title = "all in one call"
kind = "alternative"
fails = []
"""
# %% fine_tuning
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False
optimizer = tf.keras.optimizers.Adam(base_learning_rate * 0.1)
loss_function = tf.keras.losses.BinaryCrossentropy(from_logits=True)
metrics = ["accuracy"]
model2.compile(optimizer, loss_function, metrics=metrics)
