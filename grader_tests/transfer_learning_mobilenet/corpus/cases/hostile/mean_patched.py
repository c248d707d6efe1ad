"""
title = "numpy.mean tells every mean to be 0.2, and the dropout is 0.7"
kind = "hostile"
fails = ["alpaca_model.dropout"]
undecided = ["alpaca_model.layer_order"]
state = "graded"
honest = { fails = ["alpaca_model.dropout"], undecided = ["alpaca_model.layer_order"] }

[[edit]]
cell = "alpaca_model"
old = 'Dropout(0.2)'
new = 'Dropout(0.7)'
"""
# %% before data_augmenter
import numpy

honest = numpy.mean
numpy.mean = lambda values, *args, **kwargs: 0.2 if not args and not kwargs else honest(values, *args, **kwargs)
