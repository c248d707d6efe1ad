"""
title = "another learning rate in the locked cell, and a tenth of it written out"
kind = "habit"
fails = ["fine_tuning.learning_rate"]
state = "needs a person"
notes = ["cell.changed", "constant.changed"]
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
)
'''
"""
