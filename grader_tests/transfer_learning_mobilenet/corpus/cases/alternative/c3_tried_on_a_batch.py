"""
title = "tries other settings for a step before those that were asked for"
kind = "alternative"
fails = []

[[edit]]
cell = "fine_tuning"
old = "model2.compile(loss=loss_function, optimizer=optimizer, metrics=metrics)"
new = '''
model2.compile(loss=loss_function, optimizer=tf.keras.optimizers.SGD(1e-6), metrics=metrics)
model2.fit(np.zeros((2, 160, 160, 3)), np.zeros((2, 1)), verbose=0)
model2.compile(loss=loss_function, optimizer=optimizer, metrics=metrics)'''
"""
