"""
title = "exercise 3 shows its layers as a table of a module that the grader's machine lacks"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["left_out.module"]
message = ["'no_such_frames'"]

[[edit]]
cell = "fine_tuning"
old = "loss_function ="
new = '''
import no_such_frames as nf
table = nf.DataFrame([(layer.name, layer.trainable) for layer in base_model.layers])
print(table.groupby(1).size(), table.iloc[:5])
loss_function ='''
"""
