"""
title = "model2 is made anew, without augmentation and preprocessing"
kind = "hostile"
fails = ["fine_tuning.backbone_inside_model"]
undecided = ["fine_tuning.frozen_below", "fine_tuning.trainable_above", "fine_tuning.moves_the_right_weights"]
honest = { fails = ["fine_tuning.backbone_inside_model"], undecided = ["fine_tuning.frozen_below", "fine_tuning.trainable_above", "fine_tuning.moves_the_right_weights"] }
"""
# %% before fine_tuning
def smaller(network):
    pooled = tf.keras.layers.GlobalAveragePooling2D()
    return tf.keras.Sequential([network, pooled, tf.keras.layers.Dense(1)])

# %% fine_tuning
model2 = smaller(base_model)
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False
loss_function = tf.keras.losses.BinaryCrossentropy(from_logits=True)
optimizer = tf.keras.optimizers.Adam(learning_rate=0.1 * base_learning_rate)
metrics = ["accuracy"]
model2.compile(loss=loss_function, optimizer=optimizer, metrics=metrics)
