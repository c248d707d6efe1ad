"""
title = "a learning rate of one, as a tenth of what the base was set to afterwards"
kind = "hostile"
fails = ["fine_tuning.learning_rate"]
honest = { fails = ["fine_tuning.learning_rate"] }

[[edit]]
cell = "fine_tuning"
old = "optimizer = tf"
new = '''
base_learning_rate = 10.0
optimizer = tf'''
"""
