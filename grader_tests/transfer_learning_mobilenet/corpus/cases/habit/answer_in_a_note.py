"""
title = "the answer to exercise 3 written into a note, and its cell left as it was"
kind = "habit"
fails = []
nothing = ["fine_tuning"]
state = "needs a person"
notes = ["answer.elsewhere"]
message = ["another cell looks like one"]
[[notebook]]
op = "edit_source"
cell = "fine_tuning"
source = "# see below"
[[notebook]]
op = "add_cell"
cell = "test_fine_tuning"
source = '''
```python
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False
loss_function = tf.keras.losses.BinaryCrossentropy(from_logits=True)
optimizer = tf.keras.optimizers.Adam(learning_rate=0.1 * base_learning_rate)
metrics = ["accuracy"]
model2.compile(loss=loss_function, optimizer=optimizer, metrics=metrics)
```
'''
"""
