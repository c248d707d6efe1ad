"""
title = "loss, optimizer and metric by the names that TensorFlow has for them without keras"
kind = "alternative"
fails = []
advisories = ["fine_tuning.metric_threshold"]
"""
# %% fine_tuning
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False
loss_function = tf.losses.BinaryCrossentropy(from_logits=True)
optimizer = tf.optimizers.Adam(0.1 * base_learning_rate)
metrics = [tf.metrics.BinaryAccuracy(threshold=0.0)]
model2.compile(loss=loss_function, optimizer=optimizer, metrics=metrics)
