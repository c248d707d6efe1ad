"""
title = "NumPy raises where it would warn"
kind = "habit"
fails = []
state = "graded"
"""
# %% before packages
import numpy as np
np.seterr(all='raise')
