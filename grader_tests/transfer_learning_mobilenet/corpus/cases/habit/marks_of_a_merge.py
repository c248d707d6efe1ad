r"""
title = "the marks of a merge that was not ended"
kind = "habit"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "refused"
notes = ["file.not_json"]
message = ["merge"]
[written.replace]
'"nbformat": 4,' = '''<<<<<<< HEAD
"nbformat": 4,
=======
>>>>>>> theirs
'''
"""
