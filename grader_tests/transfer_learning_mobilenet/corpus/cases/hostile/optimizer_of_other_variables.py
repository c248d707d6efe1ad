"""
title = "an optimizer that was made for the head's weights alone, so that training stops"
kind = "hostile"
fails = ["fine_tuning.compiled_again"]
undecided = ["fine_tuning.moves_the_right_weights"]
honest = { fails = ["fine_tuning.compiled_again"], undecided = ["fine_tuning.moves_the_right_weights"] }

[[edit]]
cell = "fine_tuning"
old = "metrics = ["
new = '''
optimizer.build(model2.layers[-1].trainable_variables)
metrics = ['''
"""
