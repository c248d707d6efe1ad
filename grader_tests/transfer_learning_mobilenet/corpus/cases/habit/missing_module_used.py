"""
title = "exercise 2 uses a module that the grader's machine lacks, beside the answer"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["left_out.module"]
message = ["'no_such_viewer'"]

[[edit]]
cell = "alpaca_model"
old = '''
    return tf.keras.Model(inputs, outputs)
'''
new = '''
    model = tf.keras.Model(inputs, outputs)
    import no_such_viewer
    picture = no_such_viewer.layered_view(model)
    picture.save('model.png')
    return model
'''
"""
