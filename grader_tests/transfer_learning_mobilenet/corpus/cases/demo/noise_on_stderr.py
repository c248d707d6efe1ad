"""
title = "right, and noisy on stderr"
kind = "demo"
fails = []
state = "graded"
"""
# %% before fine_tuning
import os, sys, warnings
warnings.warn("only a warning")
print("on stderr", file=sys.stderr)
os.write(2, b"on descriptor 2")
