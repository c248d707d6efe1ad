"""
title = "a head of which only the bias is trained"
kind = "hostile"
fails = ["fine_tuning.moves_the_right_weights"]
honest = { fails = ["fine_tuning.moves_the_right_weights"] }

[[edit]]
cell = "fine_tuning"
old = "model2.compile(loss=loss_function, optimizer=optimizer, metrics=metrics)"
new = '''
for layer in model2.layers:
    if isinstance(layer, tf.keras.layers.Dense):
        layer.kernel.trainable = False
model2.compile(loss=loss_function, optimizer=optimizer, metrics=metrics)'''
"""
