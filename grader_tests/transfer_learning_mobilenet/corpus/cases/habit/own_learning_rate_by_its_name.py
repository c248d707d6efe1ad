"""
title = "another learning rate in the locked cell, and a tenth of it by its name"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["cell.changed"]
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
