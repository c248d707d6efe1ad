"""
title = "calls the model as in training, to see what it gives"
kind = "habit"
fails = []
state = "graded"

[[edit]]
cell = "alpaca_model"
old = "base_model.trainable = False"
new = "base_model.trainable = not True"

[[edit]]
cell = "fine_tuning"
old = "model2.compile(loss=loss_function, optimizer=optimizer, metrics=metrics)"
new = '''
model2.compile(loss=loss_function, optimizer=optimizer, metrics=metrics)
print(model2(255 * np.random.rand(2, 160, 160, 3).astype("float32"), training=True))'''
"""
