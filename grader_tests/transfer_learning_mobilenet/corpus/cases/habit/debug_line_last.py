"""
title = "a typo in a debug line after a right exercise 3"
kind = "habit"
fails = []
state = "graded"
message = ["stopped in line 7 with NameError", "modle2"]
"""
# %% fine_tuning
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False
loss_function = tf.keras.losses.BinaryCrossentropy(from_logits=True)
optimizer = tf.keras.optimizers.Adam(learning_rate=0.1 * base_learning_rate)
metrics = ["accuracy"]
model2.compile(loss=loss_function, optimizer=optimizer, metrics=metrics)
modle2.summary()
