"""
title = "the head's weights are no numbers when it is to be fine-tuned"
kind = "hostile"
fails = ["fine_tuning.moves_the_right_weights"]
honest = { fails = ["fine_tuning.moves_the_right_weights"] }

[[edit]]
cell = "fine_tuning"
old = "metrics = ["
new = '''
head = model2.layers[-1]
head.set_weights([values * float('nan') for values in head.get_weights()])
metrics = ['''
"""
