"""
title = "an own cell shuts the kernel down before exercise 3"
kind = "habit"
fails = []
state = "graded"
notes = []
"""
# %% before fine_tuning
import IPython
IPython.Application.instance().kernel.do_shutdown(True)
