"""
title = "another backend of Keras is named at the top"
kind = "habit"
fails = []
state = "graded"
"""
# %% before packages
import os
os.environ['KERAS_BACKEND'] = 'torch'
