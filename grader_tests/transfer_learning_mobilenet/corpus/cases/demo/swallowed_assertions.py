"""
title = "tries to swallow assertion errors; exercise 1 is wrong"
kind = "demo"
fails = ["data_augmenter.rotation_range"]
message = ["turn"]
state = "graded"

[[edit]]
cell = "data_augmenter"
old = "RandomRotation(0.2)"
new = "RandomRotation(0.02)"
"""
# %% before data_augmenter
import builtins
get_ipython().showtraceback = lambda *args, **kwargs: None
get_ipython().set_custom_exc((AssertionError,), lambda *args, **kwargs: None)
builtins.AssertionError = RuntimeError
