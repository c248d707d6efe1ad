"""
title = "exercise 3 opens a file of one's own"
kind = "habit"
fails = []
state = "graded with repairs"
notes = ["left_out.file"]
message = ["'config.json'"]

[[edit]]
cell = "fine_tuning"
old = "for layer in base_model.layers[:fine_tune_at]:"
new = '''
import json
config = json.load(open('config.json'))
print(config['name'])
for layer in base_model.layers[:fine_tune_at]:'''
"""
