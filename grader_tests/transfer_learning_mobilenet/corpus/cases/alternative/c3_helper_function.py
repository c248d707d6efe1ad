"""
title = "a function that does it"
kind = "alternative"
fails = []
"""
# %% fine_tuning
def fine_tune(model, backbone, start):
    """Freeze below ``start`` and compile with a tenth of the learning rate."""
    for layer in backbone.layers[:start]:
        layer.trainable = False
    model.compile(
        loss=tf.keras.losses.BinaryCrossentropy(from_logits=True),
        optimizer=tf.keras.optimizers.Adam(base_learning_rate * 0.1),
        metrics=["accuracy"],
    )

fine_tune(model2, base_model, fine_tune_at)
