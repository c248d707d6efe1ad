"""
title = "an answer below the test that defines nothing by name"
kind = "habit"
fails = ["fine_tuning.frozen_below", "fine_tuning.loss", "fine_tuning.optimizer", "fine_tuning.accuracy_metric", "fine_tuning.compiled_again"]
undecided = ["fine_tuning.learning_rate", "fine_tuning.moves_the_right_weights"]
state = "needs a person"
notes = ["answer.elsewhere"]
message = ["another cell looks like one"]
[[notebook]]
op = "edit_source"
cell = "fine_tuning"
source = "# UNQ_C3"
"""
# %% after test_fine_tuning
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False
model2.compile(
    loss=tf.keras.losses.BinaryCrossentropy(from_logits=True),
    optimizer=tf.keras.optimizers.Adam(learning_rate=0.1 * base_learning_rate),
    metrics=["accuracy"],
)
