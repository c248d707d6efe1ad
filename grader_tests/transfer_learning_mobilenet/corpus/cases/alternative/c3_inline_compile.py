"""
title = "no variables, all in compile"
kind = "alternative"
fails = []
"""
# %% fine_tuning
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False
model2.compile(
    optimizer=tf.keras.optimizers.Adam(base_learning_rate * 0.1),
    loss=tf.keras.losses.BinaryCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
