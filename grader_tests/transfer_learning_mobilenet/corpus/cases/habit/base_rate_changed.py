"""
title = "the rate is changed in the locked cell, and exercise 3 reckons with that number"
kind = "habit"
fails = ["fine_tuning.learning_rate"]
state = "needs a person"
notes = ["cell.changed", "cell.value"]
message = ["base_learning_rate had been changed from 0.001 to 0.0005"]

[[edit]]
cell = "fine_tuning"
old = "0.1 * base_learning_rate"
new = "0.00005"

[[notebook]]
op = "edit_source"
cell = "compile"
source = '''
base_learning_rate = 0.0005
model2.compile(
    optimizer=tf.keras.optimizers.Adam(learning_rate=base_learning_rate),
    loss=tf.keras.losses.BinaryCrossentropy(from_logits=True),
    metrics=["accuracy"],
)'''
"""
