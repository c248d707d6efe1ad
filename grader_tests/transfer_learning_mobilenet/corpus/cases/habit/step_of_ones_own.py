"""
title = "tries a step of training by hand, with another optimizer"
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
with tf.GradientTape() as tape:
    guess = model2(255 * np.random.rand(2, 160, 160, 3).astype("float32"), training=True)
    value = loss_function(np.zeros((2, 1), "float32"), guess)
grads = tape.gradient(value, model2.trainable_variables)
tf.keras.optimizers.SGD(0.1).apply_gradients(zip(grads, model2.trainable_variables))'''
"""
