"""
title = "an answer below the test that defines nothing by name"
kind = "habit"
fails = []
nothing = ["fine_tuning"]
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
