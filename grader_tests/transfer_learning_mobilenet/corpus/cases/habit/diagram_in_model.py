"""
title = "exercise 2 draws the model on its way"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["left_out.module"]
message = ["'pydot'"]

[[edit]]
cell = "alpaca_model"
old = '''
    return tf.keras.Model(inputs, outputs)
'''
new = '''
    model = tf.keras.Model(inputs, outputs)
    tf.keras.utils.plot_model(model, to_file='m.png', show_shapes=True)
    return model
'''
"""
